"""Consultations: read in parts, answered without a name, on paper too, and a result that leaves nothing unanswered."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from outreach.consulted import findings, heard, lay_out_steps, sort, tallies, to_sort
from outreach.models import Consultation, ConsultationResponse, Finding, ParticipantGroup, Remark
from outreach.models.consultation_response import hear
from portal.shared.history import changes_of
from tests.builders import EVENT_AT, WHO, kept, make_event, make_organization, make_portal, make_service
from tests.consultation_world import make_consultation
from tests.desk import make_officer, signed_in

pytestmark = pytest.mark.django_db
DURING = EVENT_AT + timedelta(days=2)
AFTER = EVENT_AT + timedelta(days=20)


@pytest.fixture(autouse=True)
def portal() -> None:
    make_portal()


def field_of(consultation: Consultation, number: int) -> str:
    return f"q{consultation.questions.all()[number].pk}"


def sent(client: Client, consultation: Consultation, **typed: str) -> Any:
    return client.post(f"/konsultasi/{consultation.slug}/isi/?dari=flyer", {"form_key": "k1"} | typed)


def voices(consultation: Consultation, n: int, choice: str = "Setuju", **about: Any) -> None:
    question = consultation.questions.all()[0]
    for number in range(n):
        remark = Remark(question=question, text=choice, is_choice=True)
        hear(consultation, [remark], form_key=f"{choice} {number}", at=DURING, **about)


def test_the_page_says_first_what_changes_until_when_and_who_may_take_part(
    client: Client, time_machine: Any
) -> None:
    service = make_service()
    consultation = make_consultation(services=[service])
    time_machine.move_to(EVENT_AT - timedelta(days=1))
    page = client.get(f"/konsultasi/{consultation.slug}/").content.decode()
    assert "/isi/" not in page
    time_machine.move_to(DURING)
    response = client.get(f"/konsultasi/{consultation.slug}/?dari=flyer")
    page = response.content.decode()
    assert response["Cache-Control"].startswith("public")
    assert "/isi/?dari=flyer" in page
    order = [page.index(words) for words in ("Buka lebih pagi", "Semua warga", "Pasal satu", "Setujukah")]
    assert order == sorted(order)
    assert consultation.title in client.get("/konsultasi/").content.decode()
    assert consultation.title in client.get(f"/layanan/{service.slug}/").content.decode()
    assert list(Consultation.objects.public().matching("loket pagi")) == [consultation]


def test_answers_arrive_without_a_name_once_and_every_question_may_be_skipped(
    client: Client, time_machine: Any
) -> None:
    consultation = make_consultation()
    time_machine.move_to(DURING)
    form = client.get(f"/konsultasi/{consultation.slug}/isi/")
    assert form["Cache-Control"] == "no-store"
    assert form.content.decode().index("Semua warga") < form.content.decode().index("<form")
    empty = sent(client, consultation)
    assert empty.status_code == 200
    assert not ConsultationResponse.objects.exists()
    section = consultation.sections.all()[1]
    typed = {field_of(consultation, 0): "Setuju", f"s{section.pk}": "Terlalu pagi\x00 untuk guru."}
    for _press in range(2):
        assert sent(client, consultation, **typed, group="users")["Location"].endswith("/terima-kasih/")
    response = ConsultationResponse.objects.get()
    assert (response.group, response.heard_from, response.way) == ("users", "flyer", "site")
    assert [(one.text, one.is_choice) for one in response.remarks.all()] == [
        ("Setuju", True),
        ("Terlalu pagi untuk guru.", False),
    ]
    assert client.get(f"/konsultasi/{consultation.slug}/terima-kasih/").status_code == 200


def test_one_part_can_be_commented_alone_and_nothing_typed_is_lost(client: Client, time_machine: Any) -> None:
    consultation = make_consultation()
    time_machine.move_to(DURING)
    section = consultation.sections.all()[0]
    address = f"/konsultasi/{consultation.slug}/isi/?bagian={section.pk}"
    page = client.get(address).content.decode()
    assert f'name="s{section.pk}"' in page
    assert field_of(consultation, 0) not in page
    assert client.get(f"/konsultasi/{consultation.slug}/isi/?bagian=0").status_code == 404
    strict = Client(enforce_csrf_checks=True)
    old = strict.post(address, {"form_key": "k", f"s{section.pk}": "Jangan dihapus"})
    assert "Jangan dihapus" in old.content.decode()
    odd = client.post(address, {"form_key": "k", f"s{section.pk}": "Ya", "group": "raja"})
    assert odd.status_code == 200
    assert client.post(address, {"form_key": "k", f"s{section.pk}": "Ya"}).status_code == 302
    assert Remark.objects.get().section == section


def test_it_takes_answers_only_while_it_is_open_and_staff_type_in_paper_until_the_result(
    client: Client, time_machine: Any
) -> None:
    unit = make_organization()
    consultation = make_consultation(unit=unit)
    address = f"/petugas/konsultasi/{consultation.pk}/"
    time_machine.move_to(AFTER)
    officer = signed_in(make_officer("unit officer", unit))
    stranger = signed_in(make_officer("unit officer", make_organization("Lain")))
    typed = {field_of(consultation, 1): "Buka Sabtu juga"}
    assert sent(client, consultation, **typed).status_code == 404
    with pytest.raises(ValidationError):
        hear(consultation, [Remark(text="x")], form_key="x", at=AFTER)
    assert stranger.get(address).status_code == 404
    assert officer.get(f"{address}tulis/").status_code == 200
    assert officer.post(f"{address}tulis/", typed | {"way": "telepati"}).status_code == 200
    for _press in range(2):
        officer.post(f"{address}tulis/", typed | {"way": "paper", "form_key": "lembar 1"})
    assert [one.way for one in ConsultationResponse.objects.all()] == ["paper"]
    assert "Buka Sabtu juga" in officer.get(f"{address}masukan/").content.decode()
    auditor = signed_in(make_officer("auditor"))
    assert auditor.get(address).status_code == 200
    assert auditor.post(f"{address}masukan/", {}).status_code == 403
    assert auditor.get(f"{address}tulis/").status_code == 403


def test_every_comment_finds_its_place_before_the_result_is_published(
    client: Client, time_machine: Any
) -> None:
    unit = make_organization()
    consultation = make_consultation(unit=unit)
    voices(consultation, 6)
    texts = ("Buka jam 7", "Iklan pinjaman", "Tutup Jumat")
    question = consultation.questions.all()[1]
    for text in texts:
        said = [Remark(question=question, text=text)]
        hear(consultation, said, form_key=text, at=DURING, group="users", suspicion="")
    changed = Finding.objects.create(
        consultation=consultation, heard="Buka lebih pagi", outcome="changed", changed="Buka 07.00"
    )
    left = Finding.objects.create(
        consultation=consultation, heard="Jumat", outcome="kept", why="Aturan pusat"
    )
    consultation.result = "Jam buka dimajukan."
    consultation.save()
    with pytest.raises(ValidationError, match=r"Close it first|Tutup dulu"):
        consultation.publish_result(by=WHO, at=DURING)
    time_machine.move_to(AFTER)
    with pytest.raises(ValidationError, match="3"):
        consultation.publish_result(by=WHO, at=AFTER)
    early, advert, friday = to_sort(consultation, only_left=True)
    clerk = signed_in(make_officer("unit officer", unit))
    address = f"/petugas/konsultasi/{consultation.pk}/masukan/"
    places = {f"p{early.pk}": changed.pk, f"p{advert.pk}": "aside", f"p{friday.pk}": left.pk}
    # Whoever sets something aside says why.
    assert clerk.post(address, places).status_code == 200
    assert clerk.post(address, places | {f"w{advert.pk}": "Iklan"}).status_code == 302
    early.refresh_from_db()
    assert early.finding == changed
    assert [one.verb for one in changes_of(early)] == ["sort"]
    assert consultation.unsorted_count() == 0
    assert client.get(f"/konsultasi/{consultation.slug}/hasil/").status_code == 404
    consultation.publish_result(by=WHO, at=AFTER)
    page = client.get(f"/konsultasi/{consultation.slug}/hasil/").content.decode()
    for words in ("Buka lebih pagi", "Buka 07.00", "Aturan pusat", "Jam buka dimajukan."):
        assert words in page
    # Three users are too few to be told apart, six answers are enough for a chart.
    assert "Iklan" not in page
    assert [row.n for row in findings(consultation, is_public=False)] == [1, 1]
    # One voice is not told apart in public.
    assert not any(row.said_by for row in findings(consultation, is_public=True))
    assert heard(consultation, is_public=True).groups[0][1] is None
    assert tallies(consultation, is_public=True)[0].lines[0] == ("Setuju", 6, 100)
    consultation.withdraw_result("Salah angka.", by=WHO, at=AFTER)
    assert client.get(f"/konsultasi/{consultation.slug}/hasil/").status_code == 404
    assert sort(consultation, [(early, None, "")], by=WHO) == 1


def test_few_answers_are_not_shown_in_numbers() -> None:
    consultation = make_consultation()
    voices(consultation, 4)
    assert tallies(consultation, is_public=True)[0].lines == []
    assert tallies(consultation, is_public=False)[0].lines[0][1] == 4


def test_a_forum_needs_three_groups_signed_minutes_and_its_attendance_list() -> None:
    consultation = make_consultation(is_forum=True, result="Selesai.")
    lay_out_steps(consultation, by=WHO)
    lay_out_steps(consultation, by=WHO)
    assert consultation.steps.count() == 7
    assert len(consultation.missing_for_result()) == 3
    for kind in ("users", "users", "experts"):
        ParticipantGroup.objects.create(consultation=consultation, kind=kind, people=3)
    ParticipantGroup.objects.create(consultation=consultation, kind="press", people=0)
    assert len(consultation.missing_for_result()) == 3
    ParticipantGroup.objects.create(consultation=consultation, kind="civil", people=2)
    consultation.minutes, consultation.signed_by = "Disepakati.", "Lurah\nKetua RW 03 (contoh)"
    consultation.signed_on = date(2026, 12, 5)
    consultation.save()
    assert len(consultation.missing_for_result()) == 1
    with pytest.raises(ValidationError, match=r"attendance|daftar hadir"):
        consultation.publish_result(by=WHO, at=AFTER)
    kept(
        consultation.papers.model(
            consultation=consultation, kind="attendance", title="Daftar", kept_at="Map 3"
        )
    )
    consultation.publish_result(by=WHO, at=AFTER)
    assert consultation.result_published_at == AFTER


def test_nothing_is_published_half_and_nothing_is_withdrawn_once_people_wrote() -> None:
    consultation = make_consultation(is_published=False, who="")
    with pytest.raises(ValidationError) as refusal:
        consultation.publish(by=WHO)
    assert set(refusal.value.message_dict) == {"who"}
    consultation.who = "Semua warga"
    consultation.save()
    consultation.sections.all().delete()
    with pytest.raises(ValidationError, match=r"section|bagian"):
        consultation.publish(by=WHO)
    other = make_consultation()
    other.prolong(AFTER + timedelta(days=3), "Banyak yang minta.", by=WHO, at=AFTER)
    assert other.course(AFTER) == "open"
    with pytest.raises(ValidationError):
        other.prolong(AFTER - timedelta(days=3), "Terlalu lama.", by=WHO, at=AFTER)
    other.close("Sudah cukup.", by=WHO, at=AFTER)
    assert other.course(AFTER) == "closed"
    third = make_consultation()
    voices(third, 1)
    with pytest.raises(ValidationError, match=r"taken part|ikut"):
        third.withdraw("Salah unggah.", by=WHO, at=DURING)


def test_the_database_refuses_a_public_attendance_list_and_a_finding_without_reason() -> None:
    consultation = make_consultation()
    paper = consultation.papers.model
    with pytest.raises(IntegrityError), transaction.atomic():
        paper.objects.create(
            consultation=consultation, kind="attendance", title="Daftar", kept_at="Map", is_public=True
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.create(consultation=consultation, heard="Jumat", outcome="kept")
    with pytest.raises(IntegrityError), transaction.atomic():
        paper.objects.create(consultation=consultation, kind="other", title="Hilang")


def test_the_forum_names_its_meetings_and_promises_link_back(client: Client, time_machine: Any) -> None:
    event = make_event()
    consultation = make_consultation(is_forum=True, events=[event])
    lay_out_steps(consultation, by=WHO)
    time_machine.move_to(DURING)
    page = client.get(f"/konsultasi/{consultation.slug}/").content.decode()
    assert event.title in page
    assert "Berita acara" in page
