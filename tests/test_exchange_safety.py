"""An import is done once, in one piece, by those who may, and undone only while nothing newer would be lost."""

import io
from datetime import date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from openpyxl import Workbook

from portal.shared.exchange import models as exchange
from portal.shared.exchange import table
from portal.shared.exchange.keeping import keep
from portal.shared.exchange.models import Import, carry_on
from portal.shared.history import Change, recorded
from services.models import Category, ClosedDay, Location, Organization, Service, Synonym
from tests.builders import (
    make_category,
    make_closed_day,
    make_organization,
    make_service,
    make_synonym,
    make_user,
)
from tests.desk import make_editor, make_officer, signed_in
from tests.test_exchange import as_csv, page, press, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> User:
    return make_user("rini", is_superuser=True, first_name="Rini", last_name="Editor")


@pytest.fixture
def desk(editor: User) -> Client:
    return signed_in(editor)


def checked(desk: Client, *rows: list[Any], kind: str = "services.service") -> Import:
    run = send(desk, as_csv(*rows), kind=kind)
    assert run.state == "checked", (run.problems, list(run.rows.values_list("problems", flat=True)))
    return run


# Once, and in one piece ---------------------------------------------------------------------------------------


def test_a_second_yes_changes_nothing_and_says_so(desk: Client) -> None:
    run = checked(desk, ["phrase", "means"], ["surat miskin", "sktm"], kind="services.synonym")
    press(desk, run, "confirm")
    changes = Change.objects.count()
    press(desk, run, "confirm")
    assert Change.objects.count() == changes
    press(desk, run, "undo")
    changes = Change.objects.count()
    press(desk, run, "undo")
    assert Change.objects.count() == changes


def test_rows_changed_since_the_check_are_shown_again_before_anything_happens(desk: Client) -> None:
    service = make_service(fee_note="lama")
    run = checked(desk, ["code", "fee_note"], [service.code, "dari berkas"])
    with recorded(service, verb="change", by="tests"):
        service.fee_note = "dari orang lain"
        service.save()
    run = press(desk, run, "confirm")
    assert (run.state, len(run.problems)) == ("checked", 1)
    service.refresh_from_db()
    assert service.fee_note == "dari orang lain"
    assert "dari orang lain" in page(desk, run)
    assert press(desk, run, "confirm").state == "applied"
    service.refresh_from_db()
    assert service.fee_note == "dari berkas"


def test_an_organization_gone_since_the_check_is_told_and_nothing_is_imported(desk: Client) -> None:
    topic, unit = make_category(), make_organization()
    rows = [
        ["baru", "Mengurus baru", topic.slug, unit.slug],
        ["lain", "Mengurus lain", topic.slug, unit.slug],
    ]
    run = checked(desk, ["code", "name", "category", "organization"], *rows)
    unit.delete()
    run = press(desk, run, "confirm")
    assert (run.state, run.wrong) == ("wrong", 2)
    assert not Service.objects.exists()


def test_a_fault_in_the_middle_leaves_no_half(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    run = checked(desk, ["phrase", "means"], ["a", "x"], ["b", "x"], kind="services.synonym")
    calls = []

    def breaks(*given: Any) -> None:
        calls.append(given)
        if len(calls) > 1:
            raise RuntimeError("the disk is gone")
        keep(*given)

    monkeypatch.setattr(table, "ROWS_AT_ONCE", 1)
    monkeypatch.setattr(table, "keep", breaks)
    press(desk, run, "confirm")
    assert len(calls) == 2
    assert not Synonym.objects.exists()
    assert Change.objects.filter(verb="import").count() == 0
    run.refresh_from_db()
    assert run.applied_at is None


def confirm_together(run: Import, editor: User, begin: Any) -> list[str]:
    """Two yeses at the same moment, each on a connection of its own; how each ended."""
    ends: list[str] = []
    start = Barrier(2)

    def say_yes() -> None:
        mine = Import.objects.get(pk=run.pk)
        start.wait()
        try:
            begin(mine)
            ends.append("done")
        except ValidationError:
            ends.append("refused")
        finally:
            connections.close_all()

    threads = [Thread(target=say_yes) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ends)


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_at_once_one_imports(editor: User) -> None:
    run = incoming(editor)
    ends = confirm_together(run, editor, lambda mine: mine.confirm(by=editor, at=timezone.now()))
    assert ends == ["done", "refused"]
    assert Change.objects.filter(verb="import").count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_conditional_update_both_would_go_on(
    editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_then_write(self: Import, before: Any, after: Any, by: Any) -> None:
        if self.state != before:
            raise ValidationError("done")

    monkeypatch.setattr(Import, "begin", read_then_write)
    run = incoming(editor)
    begin = Import.State.CHECKED, Import.State.APPLYING, editor
    assert confirm_together(run, editor, lambda mine: mine.begin(*begin)) == ["done", "done"]


def incoming(editor: User) -> Import:
    return Import.receive(
        noun="services.synonym",
        file_name="kata.csv",
        content=as_csv(["phrase", "means"], ["surat miskin", "sktm"]),
        by=editor,
        at=timezone.now(),
    )


# Undo ------------------------------------------------------------------------------------------------------


def test_undo_names_the_rows_changed_since_and_touches_none(desk: Client) -> None:
    one, other = make_service("Satu", fee_note="a"), make_service("Dua", fee_note="b")
    run = checked(desk, ["code", "fee_note"], [one.code, "x"], [other.code, "y"])
    press(desk, run, "confirm")
    other.refresh_from_db()
    other.withdraw(by=None, reason="Digabung")
    run = press(desk, run, "undo")
    assert run.state == "applied"
    assert len(run.problems) == 1
    assert "Dua" in run.problems[0]
    assert "Dua" in page(desk, run)
    assert list(Service.objects.order_by("pk").values_list("fee_note", flat=True)) == ["x", "y"]


def test_undo_refuses_to_take_what_others_use_by_now(desk: Client) -> None:
    run = checked(
        desk, ["slug", "name", "kind"], ["dinas", "Dinas Baru", "unit"], kind="services.organization"
    )
    press(desk, run, "confirm")
    make_service("Mengurus di dinas", organization=Organization.objects.get(slug="dinas"))
    run = press(desk, run, "undo")
    assert run.state == "applied"
    assert "Mengurus di dinas" in run.problems[0]
    place = checked(
        desk, ["slug", "name", "kind"], ["kantor", "Kantor", "other_agency"], kind="services.location"
    )
    press(desk, place, "confirm")
    make_closed_day(date(2026, 12, 24), "Renovasi", location=Location.objects.get(slug="kantor"))
    assert press(desk, place, "undo").state == "applied"
    assert ClosedDay.objects.count() == 1


def test_one_row_of_an_import_can_be_put_back_alone(desk: Client) -> None:
    one, other = make_service(fee_note="a"), make_service(fee_note="b")
    before = Change.objects.filter(object_id=one.pk, noun="services.service").latest("pk")
    run = checked(desk, ["code", "fee_note"], [one.code, "x"], [other.code, "y"])
    press(desk, run, "confirm")
    assert desk.post(reverse("admin:shared_change_restore", args=[before.pk])).status_code == 302
    assert list(Service.objects.order_by("pk").values_list("fee_note", flat=True)) == ["a", "y"]


def test_services_are_found_by_the_new_name_of_their_unit_and_by_the_old_after_undo(desk: Client) -> None:
    unit = make_organization("Dinas Pasar")
    service = make_service(organization=unit)
    run = checked(desk, ["slug", "name"], [unit.slug, "Dinas Pertanian"], kind="services.organization")
    press(desk, run, "confirm")
    assert "tani" in Service.objects.get(pk=service.pk).search_text
    press(desk, run, "undo")
    assert "pasar" in Service.objects.get(pk=service.pk).search_text
    assert Category.objects.count() == 1


# Long files ------------------------------------------------------------------------------------------------


def test_a_long_file_is_checked_and_applied_by_the_worker(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "ROWS_IN_REQUEST", 2)
    rows = [[f"kata {n}", "sktm"] for n in range(5)]
    run = send(desk, as_csv(["phrase", "means"], *rows), kind="services.synonym")
    assert run.state == "checking"
    answer = desk.get(run.get_absolute_url())
    assert answer["Refresh"]
    assert "confirm/" not in answer.content.decode()
    for step, state in (("confirm", "checked"), ("undo", "applied"), (None, "undone")):
        assert DBTaskResult.objects.count() == 1
        DBTaskResult.objects.all().delete()
        carry_on.call(run.pk)
        carry_on.call(run.pk)  # a swept task finds nothing left to do
        run.refresh_from_db()
        assert run.state == state
        assert "Refresh" not in desk.get(run.get_absolute_url())
        if step:
            assert press(desk, run, step).is_busy
    assert not DBTaskResult.objects.exists()


def test_a_task_for_an_import_that_is_gone_does_nothing() -> None:
    carry_on.call(999_999)


def test_a_workbooks_rows_are_counted_before_it_is_opened() -> None:
    book = Workbook()
    for number in range(20):
        book.active.append([number])
    buffer = io.BytesIO()
    book.save(buffer)
    assert exchange.is_long(buffer.getvalue(), 10)
    assert not exchange.is_long(buffer.getvalue(), 30)
    assert not exchange.is_long(b"PK nothing", 1)


def test_a_file_nobody_says_yes_to_is_forgotten_after_a_day(desk: Client, editor: User) -> None:
    run = checked(desk, ["phrase", "means"], ["a", "b"], kind="services.synonym")
    later = timezone.now() + timedelta(hours=25)
    Import.objects.forget_old_files(later)
    run.refresh_from_db()
    assert (run.state, run.content) == ("expired", None)
    assert press(desk, run, "confirm").state == "expired"
    assert page(desk, run)


# Who may ---------------------------------------------------------------------------------------------------


def test_an_import_takes_its_own_right_and_those_of_the_noun(desk: Client) -> None:
    run = checked(desk, ["phrase", "means"], ["a", "b"], kind="services.synonym")
    for rights in (
        ("add_synonym", "change_synonym", "view_import"),
        ("add_import", "add_synonym", "view_import"),
        ("add_import", "change_service", "add_service", "view_import"),
    ):
        stranger = signed_in(make_editor(*rights))
        for button in ("confirm", "undo"):
            assert stranger.post(reverse(f"admin:exchange_{button}", args=[run.pk])).status_code == 403
        url = reverse("admin:exchange_import_add") + "?kind=services.synonym"
        assert stranger.get(url).status_code == 403
        template = reverse("admin:exchange_template", args=["services", "synonym"])
        assert stranger.get(template).status_code == 403
    assert not Change.objects.filter(verb="import").exists()


def test_others_imports_are_seen_only_with_the_right_to_see_imports(desk: Client) -> None:
    run = checked(desk, ["phrase", "means"], ["a", "b"], kind="services.synonym")
    runner = signed_in(make_editor("add_import", "add_synonym", "change_synonym"))
    assert runner.get(run.get_absolute_url()).status_code == 404
    assert runner.post(reverse("admin:exchange_confirm", args=[run.pk])).status_code == 404
    reader = signed_in(make_editor("view_import"))
    text = page(reader, run)
    assert "confirm/" not in text
    assert reader.get(reverse("admin:exchange_import_changelist")).status_code == 200
    assert signed_in(make_editor("view_synonym")).get(run.get_absolute_url()).status_code in {403, 404}


def test_asking_is_a_get_and_doing_a_post(desk: Client) -> None:
    run = checked(desk, ["phrase", "means"], ["a", "b"], kind="services.synonym")
    for button in ("confirm", "undo"):
        assert desk.get(reverse(f"admin:exchange_{button}", args=[run.pk])).status_code == 405
    assert desk.post(run.get_absolute_url()).status_code == 403
    assert (
        desk.post(reverse("admin:exchange_import_delete", args=[run.pk]), {"post": "yes"}).status_code == 403
    )


def test_a_person_of_a_unit_imports_for_that_unit_alone() -> None:
    own, other = make_organization("Sendiri"), make_organization("Lain")
    topic = make_category()
    mine, theirs = make_service(organization=own), make_service(organization=other)
    officer = make_officer("unit officer", own)
    officer.user_permissions.add(*Permission.objects.filter(codename__in=["add_import"]))
    desk = signed_in(User.objects.get(pk=officer.pk))
    headers = ["code", "name", "category", "organization"]
    run = send(
        desk,
        as_csv(
            headers,
            [mine.code, "Punya sendiri", topic.slug, own.slug],
            [theirs.code, "Punya orang", topic.slug, other.slug],
            ["baru", "Baru untuk orang", topic.slug, other.slug],
            ["baru-sendiri", "Baru sendiri", topic.slug, own.slug],
        ),
    )
    assert list(run.rows.filter(outcome="wrong").values_list("number", flat=True)) == [3, 4]
    assert [run.added, run.changed] == [1, 1]


def test_a_clerk_without_the_right_corrects_drafts_but_nothing_published() -> None:
    clerk = make_editor("add_import", "add_service", "change_service")
    draft, public = make_service(is_published=False), make_service()
    run = send(signed_in(clerk), as_csv(["code", "fee_note"], [draft.code, "x"], [public.code, "x"]))
    assert list(run.rows.filter(outcome="wrong").values_list("number", flat=True)) == [3]


# How much work ---------------------------------------------------------------------------------------------


def test_the_check_asks_one_question_a_row(editor: User) -> None:
    topic, unit = make_category(), make_organization()

    def questions(count: int) -> int:
        rows = [[f"s-{n}", f"Mengurus {n}", topic.slug, unit.slug, f'"KTP {n}"'] for n in range(count)]
        content = as_csv(["code", "name", "category", "organization", "requirements"], *rows)
        asked: list[str] = []
        with connection.execute_wrapper(lambda do, sql, *rest: (asked.append(sql), do(sql, *rest))[1]):
            run = Import.receive(
                noun="services.service", file_name="a.csv", content=content, by=editor, at=timezone.now()
            )
        assert run.state == "checked"
        return sum("SAVEPOINT" not in sql for sql in asked)

    assert questions(30) - questions(10) == 20


def test_the_page_of_many_rows_is_short_and_asks_little(
    desk: Client, django_assert_max_num_queries: Any
) -> None:
    make_synonym("a", "b")
    run = checked(
        desk, ["phrase", "means"], *[[f"kata {n}", "sktm"] for n in range(120)], kind="services.synonym"
    )
    with django_assert_max_num_queries(12):
        answer = desk.get(run.get_absolute_url())
    assert len(answer.context["rows"]) == 50
    assert len(desk.get(run.get_absolute_url() + "?p=3").context["rows"]) == 20
    assert desk.get(run.get_absolute_url() + "?p=wild").status_code == 200


def test_an_import_is_dated(editor: User, now: datetime) -> None:
    run = Import.receive(
        noun="services.synonym", file_name="a", content=b"phrase;means\na;b\n", by=editor, at=now
    )
    run.confirm(by=editor, at=now)
    assert (run.applied_at, run.applied_by_name) == (now, "Rini Editor")
    assert Change.objects.get(verb="import").at == now
