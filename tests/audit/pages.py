"""The pages Lighthouse looks at, one of each kind that residents and officers meet, and the officer who is signed in.

`python -m tests.audit.pages` makes that officer in the portal of this environment and prints cookie and addresses.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Page:
    """A page under its name; those of one visitor, or of a search, are kept out of search engines on purpose."""

    address: str
    is_found: bool = True
    is_officers: bool = False

    @property
    def left_out(self) -> list[str]:
        return [] if self.is_found else ["is-crawlable"]


# Filled in are `service`, `event`, `round` and `area`: the first of the portal that is looked at.
PAGES = {
    "home": Page("/"),
    "catalogue": Page("/layanan/"),
    "service": Page("{service}"),
    "search": Page("/cari/?q=ktp+ilang", is_found=False),
    "events": Page("/kegiatan/"),
    "event": Page("{event}"),
    "registration": Page("{event}daftar/", is_found=False),
    "wizard": Page("/suara/", is_found=False),
    "kept on the phone": Page("/suara/di-hp/", is_found=False),
    "tracking": Page("/lacak/", is_found=False),
    "answers": Page("/jawaban/"),
    "results": Page("/kinerja/"),
    "open data": Page("/data/"),
    "emergency": Page("/darurat/"),
    "installing": Page("/pasang/"),
    "offline": Page("/tanpa-sinyal/", is_found=False),
    "officer, no signal": Page("/petugas/lapangan/", is_found=False),
    "officer, round": Page("/petugas/kunjungan/{round}/", is_found=False, is_officers=True),
    "officer, one RT": Page("/petugas/kunjungan/{round}/{area}/", is_found=False, is_officers=True),
    "officer, door": Page("/petugas/kegiatan/", is_found=False, is_officers=True),
}


def filled(environment: dict[str, str]) -> dict[str, str]:
    """What fills the addresses, and the `cookie` of the officer."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.audit.pages"],
        cwd=ROOT,
        env=environment | {"DJANGO_SETTINGS_MODULE": "portal.settings"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def main() -> None:
    import django
    from django.conf import settings

    django.setup()
    settings.ALLOWED_HOSTS = ["*"]
    from django.utils import timezone

    from outreach.models import Event, Round
    from services.models import Service
    from tests.desk import make_officer, signed_in

    client = signed_in(make_officer("coordinator", name="Petugas audit"))
    service, visited = Service.objects.published().first(), Round.objects.order_by("-pk").first()
    event = Event.objects.public().filter(starts_at__gt=timezone.now()).order_by("starts_at").first()
    area = visited.areas.first() if visited else None
    if not (service and event and visited and area):
        raise SystemExit("The portal that is looked at has no example of everything.")
    print(
        json.dumps(
            {
                "cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items()),
                "service": service.get_absolute_url(),
                "event": event.get_absolute_url(),
                "round": str(visited.pk),
                "area": str(area.pk),
            }
        )
    )


if __name__ == "__main__":
    main()
