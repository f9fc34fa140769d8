"""Makes staff in the bench's own portal and prints, as JSON, their cookies and every address they may try.

Run in a process of its own: the bench itself has no Django.
"""

import json
import subprocess
import sys
from contextlib import suppress
from typing import Any

from tests.bench.world import ROOT

ROLES = ("administrator", "coordinator", "clerk")


def staff_of(environment: dict[str, str]) -> dict[str, Any]:
    """Cookies by role, every address, and the secret a form of the coordinator must carry."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.staff"],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    import django
    from django.conf import settings

    django.setup()
    settings.ALLOWED_HOSTS = ["*"]
    from django.urls import NoReverseMatch, reverse
    from django.utils import translation

    from tests.desk import make_officer, signed_in
    from tests.grid import GRID, SPELLED_OUT

    cookies, token = {}, ""
    for role in ROLES:
        client = signed_in(make_officer(role, name=f"{role} bench"))
        client.get(reverse("admin:services_synonym_add"))
        cookies[role] = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        if role == "coordinator":
            token = client.cookies[settings.CSRF_COOKIE_NAME].value
    addresses = {spelled: None for spelled, _rule in SPELLED_OUT.values()}
    for name, rule in GRID.items():
        for language in ("id", "en"):
            with translation.override(language), suppress(NoReverseMatch, IndexError, AttributeError):
                addresses[reverse(name, kwargs=rule.fill())] = None
    ordered = sorted(addresses, key=lambda address: ("logout" in address, address))
    print(json.dumps({"cookies": cookies, "token": token, "addresses": ordered}))


if __name__ == "__main__":
    main()
