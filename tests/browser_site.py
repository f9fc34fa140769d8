"""The portal with its real data and a clock of its own, for tests in a browser.

``python -m tests.browser_site prepare DATA_SET`` fills VAR_DIR once; gunicorn serves ``application`` from it.
Beside the portal's own addresses there is one for each way a page can go wrong: /keliru/404/.
"""

import os
import sys
import threading
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

# First, because it sets Django up and only then models can be imported.
from portal.wsgi import application  # isort: skip

import time_machine
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.management import call_command
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import path

from portal.urls import handler400, handler403, handler404, handler500, urlpatterns
from services.loading import load
from services.models import Area, Organization, PublicWork, PublicWorkUpdate, Service
from tests.builders import kept, make_public_work

# An ordinary Wednesday morning, offices open: no page may look different because of when the tests run.
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=ZoneInfo("Asia/Jakarta"))
CONFIRMED = "tb-akta-lahir"
CLOSED = "tb-pindah"
WHO_CONFIRMED = "Siti Rahayu"

__all__ = ["application", "handler400", "handler403", "handler404", "handler500"]


def go_wrong(request: HttpRequest, status: int) -> HttpResponse:
    """Answers with an error page the way the portal comes to it."""
    if status in {429, 503}:
        text = render_to_string(f"{status}.html", {"wait_minutes": 5}, request)
        return HttpResponse(text, status=status)
    raise {400: BadRequest, 403: PermissionDenied, 404: Http404}.get(status, RuntimeError)("as asked")


urlpatterns = [
    *urlpatterns,
    *i18n_patterns(path("keliru/<int:status>/", go_wrong), prefix_default_language=False),
]


def prepare(data_set: str) -> None:
    """The data set as it is loaded for everyone, and in the village what no public source has yet."""
    call_command("migrate", interactive=False, verbosity=0)
    report = load(data_set, at=NOW, say=lambda line: None)
    if report.errors:
        raise SystemExit("\n".join(report.errors))
    if data_set == "tanjung-barat":
        confirm_a_service()
        close_a_service()
        add_public_works()
    # The desk's own files are not looked at here, and compressing them takes longer than all the rest.
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    call_command("collectstatic", interactive=False, verbosity=0)


def confirm_a_service() -> None:
    first, last = WHO_CONFIRMED.split()
    officer = User.objects.create_user("siti", first_name=first, last_name=last, is_staff=True)
    Service.objects.get(code=CONFIRMED).confirm(by=officer, at=NOW)


def close_a_service() -> None:
    Service.objects.get(code=CLOSED).close_temporarily(
        by="tests",
        from_day=date(2026, 11, 24),
        until=date(2026, 11, 27),
        reason="Jaringan sedang diperbaiki.",
        at=NOW,
    )


def add_public_works() -> None:
    """Invented, as the words say: no office has published its own."""
    work = make_public_work(
        "Perbaikan saluran air Gang Contoh",
        slug="saluran-contoh",
        stage=PublicWork.Stage.UNDER_WAY,
        progress=40,
        cost=Decimal(185_000_000),
        funding="APBD 2026",
        fiscal_year=2026,
        starts_on=date(2026, 9, 1),
        ends_on=date(2026, 11, 20),
        contractor="CV Contoh Karya",
        organization=Organization.objects.get(slug="kelurahan-tanjung-barat"),
        area=Area.objects.get(slug="tanjung-barat"),
        place="Gang Contoh, RT 01/RW 02",
        latitude=Decimal("-6.307900"),
        longitude=Decimal("106.838700"),
        description="Saluran diperdalam supaya gang tidak tergenang.",
    )
    for day, text, progress in (
        (date(2026, 10, 5), "Galian selesai di sisi timur.", 20),
        (date(2026, 11, 16), "Hujan deras, pekerjaan mundur satu minggu.", 40),
    ):
        kept(PublicWorkUpdate(public_work=work, date=day, text=text, progress=progress))
    make_public_work("Lampu jalan Gang Contoh", slug="lampu-contoh", kind=PublicWork.Kind.LIGHTING)


def end_with_the_tests() -> None:
    """Whoever started us holds the other end of our input: when it is gone, so are we."""

    def wait() -> None:
        sys.stdin.buffer.read()
        os.kill(os.getpid(), 15)

    threading.Thread(target=wait, daemon=True).start()


# The clock ticks on from there, or nothing kept for a second would ever be looked at again.
time_machine.travel(NOW, tick=True).start()

if sys.argv[1:2] == ["prepare"]:
    prepare(sys.argv[2])
else:
    settings.ROOT_URLCONF = __name__
    end_with_the_tests()
