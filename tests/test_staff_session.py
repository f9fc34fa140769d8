"""How long a session lasts, and how it ends everywhere."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts.models import Colleague, KnownBrowser
from portal.accounts.session import BEGAN, EPOCH, IDLE, IN_ALL, SEEN, Ended, why_ended
from portal.shared.history import Change
from services.models import Synonym
from tests.builders import make_synonym
from tests.desk import form_data
from tests.staff import (
    ACCOUNT,
    DESK,
    LOGIN,
    PASSWORD,
    code_of,
    codes_of,
    give_code,
    give_password,
    is_inside,
    make_member,
    sign_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cheap_passwords")]

SECOND = timedelta(seconds=1)


def test_thirty_minutes_and_eight_hours() -> None:
    assert timedelta(minutes=30) == IDLE
    assert timedelta(hours=8) == IN_ALL
    assert timedelta(seconds=settings.SESSION_COOKIE_AGE) == IN_ALL
    assert settings.SESSION_EXPIRE_AT_BROWSER_CLOSE


@pytest.mark.parametrize(("idle", "inside"), [(IDLE - SECOND, True), (IDLE, True), (IDLE + SECOND, False)])
def test_a_session_ends_after_thirty_minutes_without_a_click(idle: timedelta, inside: bool) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = sign_in(make_member())
        clock.shift(idle)
        assert is_inside(client) is inside


@pytest.mark.parametrize(("late", "inside"), [(-SECOND, True), (0 * SECOND, True), (SECOND, False)])
def test_a_session_ends_after_eight_hours_however_busy(late: timedelta, inside: bool) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        client = sign_in(make_member())
        for quarter in range(1, 32):
            clock.move_to(start + quarter * timedelta(minutes=15))
            assert is_inside(client), quarter
        clock.move_to(start + IN_ALL + late)
        assert is_inside(client) is inside


def test_a_click_is_noted_at_most_once_a_minute() -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = sign_in(make_member())
        for seconds, writes in ((59, 0), (1, 1), (30, 0)):
            clock.shift(timedelta(seconds=seconds))
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(ACCOUNT)
            noted = [one for one in queries if one["sql"].startswith('UPDATE "django_session"')]
            assert len(noted) == writes


@pytest.mark.parametrize(
    ("changes", "ended"),
    [
        ({}, None),
        ({EPOCH: 2}, Ended.ELSEWHERE),
        ({EPOCH: None}, Ended.ELSEWHERE),
        ({BEGAN: 0}, Ended.IN_ALL),
        ({SEEN: 0}, Ended.IDLE),
    ],
)
def test_why_a_session_ended(changes: dict[str, Any], ended: Ended | None) -> None:
    now = timezone.now()
    session = {BEGAN: now.timestamp(), SEEN: now.timestamp(), EPOCH: 1} | changes
    assert why_ended(session, 1, now) == ended
    assert why_ended({}, 0, now) is not None


def test_an_ended_session_leads_to_the_door_and_back_to_the_page() -> None:
    user = make_member(is_superuser=True)
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        client = sign_in(user)
        old = client.session.session_key
        clock.shift(IDLE + SECOND)
        answer = client.get("/admin/services/synonym/?q=ktp")
        assert answer["Location"] == f"{LOGIN}?next=/admin/services/synonym/%3Fq%3Dktp"
        page = client.get(answer["Location"])
        assert page.context["ended"] == "idle"
        assert not Session.objects.filter(session_key=old).exists()
        give_password(client, user, data={"next": page.context["form"].initial["next"]})
        assert give_code(client, code_of(user))["Location"] == "/admin/services/synonym/?q=ktp"
        assert "ended" not in client.session


def test_what_was_sent_too_late_is_kept_and_sent_after_signing_in() -> None:
    user = make_member(is_superuser=True)
    synonym = make_synonym("surat", "akta")
    address = f"/admin/services/synonym/{synonym.pk}/change/"
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = sign_in(user)
        typed = form_data(client.get(address), phrase="surat lahir", password="jangan", _save="Save")
        clock.shift(IDLE + SECOND)
        answer = client.post(address, typed)
        assert answer["Location"].startswith(LOGIN)
        assert Synonym.objects.get().phrase == "surat"
        assert client.get(answer["Location"]).context["unsent"]
        give_password(client, user)
        assert give_code(client, code_of(user))["Location"] == "/admin/account/unsent/"
        page = client.get("/admin/account/unsent/")
        fields = dict(page.context["kept"]["fields"])
        assert fields["phrase"] == "surat lahir"
        assert "password" not in fields
        assert f'action="{address}"' in page.content.decode()
        saved = client.post(page.context["kept"]["path"], fields)
        assert saved.status_code == 302, saved.context["errors"]
        assert Synonym.objects.get().phrase == "surat lahir"
        client.post("/admin/account/unsent/")
        assert client.get("/admin/account/unsent/")["Location"] == DESK


def test_what_was_sent_too_late_is_for_its_writer_alone() -> None:
    user, other = make_member(is_superuser=True), make_member(is_superuser=True)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = sign_in(user)
        clock.shift(IDLE + SECOND)
        client.post("/admin/services/synonym/add/", {"phrase": "rahasia"})
        sign_in(other, client)
        assert client.get("/admin/account/unsent/")["Location"] == DESK


@pytest.mark.parametrize("letters", [10, 200_001])
def test_too_much_is_not_kept(letters: int) -> None:
    user = make_member(is_superuser=True)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = sign_in(user)
        clock.shift(IDLE + SECOND)
        client.post("/admin/services/synonym/add/", {"phrase": "a" * letters})
        assert ("unsent" in client.session) is (letters == 10)


def test_a_stranger_s_post_is_not_kept(client: Client) -> None:
    client.post("/admin/services/synonym/add/", {"phrase": "titipan"})
    assert "unsent" not in client.session


def test_passwords_sent_too_late_are_not_kept() -> None:
    user = make_member()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = sign_in(user)
        clock.shift(IDLE + SECOND)
        client.post("/admin/account/password/", {"present": PASSWORD, "new": "x" * 12, "again": "x" * 12})
        assert "unsent" not in client.session


def test_signing_out_everywhere_ends_every_session_of_one_person() -> None:
    user, colleague = make_member(), make_member()
    spare = codes_of(user)
    here, other = sign_in(user), sign_in(colleague)
    there = Client()
    give_password(there, user)
    give_code(there, spare[0])
    assert is_inside(there)
    assert here.get("/admin/account/sign-out-everywhere/").status_code == 405
    assert here.post("/admin/account/sign-out-everywhere/")["Location"] == LOGIN
    assert [is_inside(one) for one in (here, there, other)] == [False, False, True]
    assert there.get(LOGIN).context["ended"] == "elsewhere"
    assert Change.objects.get(verb="end_sessions").by_id == user.pk
    assert not KnownBrowser.objects.filter(user=user).exists()


def test_a_session_that_was_ended_stays_ended_when_the_clock_is_put_back() -> None:
    user = make_member()
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        client = sign_in(user)
        Colleague.objects.get(pk=user.pk).end_sessions(by="tests", at=now)
    with time_machine.travel(now - timedelta(hours=1), tick=False):
        assert not is_inside(client)


def test_a_new_password_ends_the_other_sessions() -> None:
    user = make_member()
    spare = codes_of(user)
    here, there = sign_in(user), Client()
    give_password(there, user)
    give_code(there, spare[0])
    new = "lain sekali 77 pagar"
    answer = here.post("/admin/account/password/", {"present": PASSWORD, "new": new, "again": new})
    assert answer["Location"] == ACCOUNT
    assert (is_inside(here), is_inside(there)) == (True, False)


def test_public_pages_never_look_at_the_session() -> None:
    client = sign_in(make_member())
    answer = client.get("/tentang/")
    assert answer["Cache-Control"].startswith("public")
    assert "Cookie" not in answer.get("Vary", "")
