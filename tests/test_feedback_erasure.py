"""What is erased is gone from every table and from the disk; number, kind and times stay for the statistics."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback import rights
from feedback.erasure import erase_due
from feedback.models import Contact, ContactOpening, Draft, Photo, Submission
from portal.shared import receipt
from portal.shared.history import Change
from portal.shared.work.mail import OutgoingMail
from tests.builders import make_organization, make_submission, make_user
from tests.photos import make_photo

pytestmark = pytest.mark.django_db
KEY = "kunci-warga"
MARK = "penanda"
CONTACT = {
    "name": f"{MARK}-nama",
    "email": f"{MARK}-surel@example.org",
    "wish": "email",
    "phone": "0812555111",
}


def where_found(mark: str) -> set[str]:
    """Every column of every table in which this word is left."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if not isinstance(
                field, models.CharField | models.TextField | models.JSONField | models.FileField
            ):
                continue
            values = model._base_manager.values_list(field.attname, flat=True)
            if any(mark in str(value) for value in values):
                found.add(f"{model.__name__}.{field.name}")
    return found


def make_marked(**changes: Any) -> Submission:
    """A case with the mark in every text that somebody can write about it."""
    by = make_user()
    case = make_submission(
        f"{MARK}-cerita",
        contact=CONTACT,
        place_words=f"{MARK}-tempat",
        happened_words=MARK,
        rt="004",
        **changes,
    )
    case.verify(by=by)
    case.correct(by=by, title=f"{MARK}-inti", rw="002", reason=f"{MARK}-sebab")
    case.assign(make_organization(), by=by, reason=f"{MARK}-unit")
    case.note(f"{MARK}-catatan", by=by)
    case.ask(f"{MARK}-tanya", by=by)
    case.hear(f"{MARK}-jawab", at=timezone.now(), form_key_hash="k")
    photo = make_photo(submission=case)
    photo.describe(f"{MARK}-gambar", by=by)
    make_photo(submission=case).remove(by=by, reason=f"{MARK}-alasan")
    ContactOpening.objects.create(submission=case, at=timezone.now(), by_name="Contoh", why=f"{MARK}-buka")
    Draft.objects.create(
        key_hash="d", touched_at=timezone.now(), submission=case, data={"story": f"{MARK}-konsep"}
    )
    case.answer(f"{MARK}-selesai", by=by)
    case.release(title=f"{MARK}-judul", story=f"{MARK}-isi", answer=f"{MARK}-tanggapan", by=by)
    case.rate("solved", at=timezone.now(), words=f"{MARK}-nilai")
    case.refresh_from_db()
    return case


def opened(case: Submission) -> Client:
    client = Client()
    client.post(reverse("feedback:track"), {"number": case.number, "secret": receipt.secret_from(KEY)})
    return client


def test_erased_words_are_in_no_column_of_no_table_and_their_files_are_gone(
    django_capture_on_commit_callbacks: Any,
) -> None:
    case = make_marked(form_key=KEY)
    assert {"Submission.story", "Contact.name", "OutgoingMail.body", "Photo.alt"} <= where_found(MARK)
    files = [photo.name for photo in Photo.objects.all()]
    assert all(default_storage.exists(name) for name in files)
    with django_capture_on_commit_callbacks(execute=True):
        rights.erase(case, at=timezone.now())
    assert where_found(MARK) == set()
    assert where_found("0812555111") == set()
    assert not [name for name in files if default_storage.exists(name)]
    assert not Photo.objects.exists()
    case.refresh_from_db()
    assert case.words_erased_at
    assert case.contact_erased_at
    assert not case.is_released
    assert (case.number, case.kind, case.unit_id) == (case.number, "complaint", case.unit_id)
    assert case.status_changes.count() > 4
    assert Change.objects.filter(verb="correct", object_id=case.pk).exists()
    # It can still be opened, and everything about it says nothing.
    client = opened(case)
    for name in ("case", "case_all", "case_copy", "case_contact", "case_erase"):
        assert client.get(reverse(f"feedback:{name}")).status_code == 200


def test_each_period_takes_its_own_and_twice_is_nothing_more(
    django_capture_on_commit_callbacks: Any,
) -> None:
    case = make_marked()
    ended = case.closed_at
    assert ended is not None
    open_one = make_submission(
        "masih terbuka", contact=CONTACT | {"name": "Terbuka", "email": "lain@example.org"}
    )

    def after(days: int) -> tuple[int, int, int]:
        with django_capture_on_commit_callbacks(execute=True):
            erased = erase_due(ended + timedelta(days=days, minutes=1))
        return erased.contacts, erased.photos, erased.words

    assert after(settings.FEEDBACK_CONTACT_DAYS - 1) == (0, 0, 0)
    assert erase_due(ended + timedelta(days=366), dry_run=True).contacts == 1
    assert Contact.objects.count() == 2
    assert after(settings.FEEDBACK_CONTACT_DAYS) == (1, 0, 0)
    assert Submission.objects.get(pk=case.pk).story
    assert after(settings.FEEDBACK_PHOTO_DAYS) == (0, 1, 0)
    assert after(settings.FEEDBACK_WORDS_DAYS) == (0, 0, 1)
    assert after(settings.FEEDBACK_WORDS_DAYS) == (0, 0, 0)
    assert not Draft.objects.exists()
    assert where_found(MARK) == set()
    open_one.refresh_from_db()
    assert open_one.contact.name == "Terbuka"
    assert open_one.story == "masih terbuka"


def test_the_command_counts_first(capsys: pytest.CaptureFixture[str]) -> None:
    case = make_submission(status="settled", contact=CONTACT)
    Submission.objects.filter(pk=case.pk).update(closed_at=timezone.now() - timedelta(days=366))
    call_command("erase_feedback", "--dry-run")
    assert "Would erase: 0 drafts, 1 contacts" in capsys.readouterr().out
    assert Contact.objects.exists()
    call_command("erase_feedback")
    assert "Erased: 0 drafts, 1 contacts" in capsys.readouterr().out
    assert not Contact.objects.exists()
    call_command("erase_feedback")
    assert "Erased: 0 drafts, 0 contacts" in capsys.readouterr().out


def test_the_contact_of_a_joined_case_stays_while_its_answer_is_owed() -> None:
    main = make_submission(status="assigned", unit=make_organization())
    case = make_submission(contact=CONTACT)
    case.join(main, by=None)
    Submission.objects.filter(pk=case.pk).update(closed_at=timezone.now() - timedelta(days=400))
    assert erase_due(timezone.now()).contacts == 0
    main.answer("Sudah.", by=None)
    Submission.objects.filter(pk=main.pk).update(closed_at=timezone.now() - timedelta(days=366))
    assert erase_due(timezone.now()).contacts == 1


def test_what_nobody_has_read_is_forgotten_at_once() -> None:
    case = make_submission(form_key=KEY, contact=CONTACT)
    client = opened(case)
    # Asked for is not yet confirmed.
    assert client.get(reverse("feedback:case_erase")).status_code == 200
    client.post(reverse("feedback:case_erase"))
    assert Submission.objects.get(pk=case.pk).story
    page = client.post(reverse("feedback:case_erase"), {"ya": "1"})
    assert page.context["is_gone"]
    case.refresh_from_db()
    assert (case.status, case.story) == ("archived", "")
    assert not Contact.objects.exists()
    assert client.get(reverse("feedback:case")).status_code == 302


def test_of_a_case_at_work_the_contact_goes_at_once_and_staff_decide_on_the_rest() -> None:
    case = make_submission(status="assigned", unit=make_organization(), form_key=KEY, contact=CONTACT)
    client = opened(case)
    for _time in range(2):
        page = client.post(reverse("feedback:case_erase"), {"ya": "1"})
    assert not getattr(page, "context", None) or not page.context.get("is_gone")
    case.refresh_from_db()
    assert case.erasure_asked_at
    assert case.status == "assigned"
    assert case.story
    assert not Contact.objects.exists()
    assert not OutgoingMail.objects.exists()
    rights.keep(case, "Sedang diperiksa sampai 1 Maret.", by=None, at=timezone.now())
    assert case.erasure_asked_at is None
    assert "Sedang diperiksa" in opened(case).get(reverse("feedback:case")).content.decode()
    rights.ask_to_forget(case, at=timezone.now())
    rights.erase(case, by=make_user(), at=timezone.now())
    assert (case.story, case.erasure_asked_at) == ("", None)


def test_parts_split_off_lose_the_contact_too() -> None:
    case = make_submission(status="assigned", unit=make_organization(), contact=CONTACT)
    part = case.split("Yang kedua.", by=None)
    rights.ask_to_forget(case, at=timezone.now())
    part.refresh_from_db()
    assert part.erasure_asked_at
    assert not Contact.objects.exists()


def test_taking_the_contact_away_takes_unsent_letters_along() -> None:
    case = make_submission(form_key=KEY, contact=CONTACT)
    assert OutgoingMail.objects.count() == 1
    client = opened(case)
    assert client.post(reverse("feedback:case_contact"), {"hapus": "1"}).status_code == 302
    assert where_found(f"{MARK}-") == set()
    assert Submission.objects.get(pk=case.pk).contact_erased_at


@pytest.mark.parametrize("privacy", ["anonymous", "public", "confidential"])
def test_another_contact_is_kept_from_now_on(privacy: str) -> None:
    case = make_submission(form_key=KEY, privacy=privacy)
    client = opened(case)
    wanted = {"wish": "email", "email": "baru@example.org", "phone": "", "name": ""}
    assert client.post(reverse("feedback:case_contact"), wanted).status_code == 302
    assert Contact.objects.get().email == "baru@example.org"
    assert Submission.objects.get(pk=case.pk).privacy != "anonymous"
    wrong = client.post(reverse("feedback:case_contact"), wanted | {"email": "bukan alamat"})
    assert "bukan alamat" in wrong.content.decode()
    assert Contact.objects.get().email == "baru@example.org"


def test_a_released_anonymous_case_takes_a_contact_and_stays_released() -> None:
    case = make_submission(status="answered", form_key=KEY, privacy="anonymous")
    case.release(title="Judul", story="Isi", answer="Jawab", by=None)
    wanted = {"wish": "email", "email": "baru@example.org"}
    assert opened(case).post(reverse("feedback:case_contact"), wanted).status_code == 302
    case.refresh_from_db()
    assert (case.privacy, case.is_released) == ("public", True)


def test_the_copy_holds_everything_and_no_secret() -> None:
    case = make_marked(form_key=KEY)
    client = opened(case)
    answer = client.get(reverse("feedback:case_copy"))
    assert "attachment" in answer["Content-Disposition"]
    copied = answer.content.decode()
    page = client.get(reverse("feedback:case_all")).content.decode()
    assert "{&#x27;" not in page
    for ending in (
        "cerita",
        "tempat",
        "nama",
        "surel@example.org",
        "tanya",
        "jawab",
        "selesai",
        "judul",
        "nilai",
    ):
        assert f"{MARK}-{ending}" in copied
        assert f"{MARK}-{ending}" in page
    for text in (copied, page):
        assert f"{MARK}-catatan" not in text
        assert receipt.secret_from(KEY) not in text
        assert case.secret_hash not in text
