"""Letters to residents: once for each occasion, in their language, to those who want them, and never the secret."""

from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from feedback import letters
from feedback.models import Submission
from portal.shared import receipt
from portal.shared.work.mail import OutgoingMail
from tests.builders import make_organization, make_submission

pytestmark = pytest.mark.django_db
KEY = "kunci-warga"
CONTACT = {"name": "Bu contoh", "email": "warga@example.org", "wish": "email"}


def newest() -> Any:
    return OutgoingMail.objects.order_by("-pk")[0]


def make_told(**changes: Any) -> Submission:
    return make_submission(form_key=KEY, contact=CONTACT, **changes)


def test_every_verb_of_the_office_tells_once_and_no_letter_holds_the_secret() -> None:
    case = make_told(language="en")
    assert "We have received" in newest().subject
    case.verify(by=None)
    case.assign(make_organization("Seksi Prasarana"), by=None)
    assert OutgoingMail.objects.count() == 1
    case.ask("Which lamp is it?", by=None)
    assert "Which lamp is it?" in newest().body
    case.hear("The third.", at=timezone.now(), form_key_hash="k")
    assert OutgoingMail.objects.count() == 2
    case.answer("The lamp is new.", by=None)
    assert "The lamp is new." in newest().body
    case.rate("not", at=timezone.now(), words="Dark again.")
    assert "open again" in newest().subject
    letters.tell_late(case, timezone.now())
    assert "have not kept it" in newest().body
    case.decline("There is no cable there.", by=None)
    assert "There is no cable there." in newest().body
    assert OutgoingMail.objects.count() == 6
    secret = receipt.secret_from(KEY)
    for mail in OutgoingMail.objects.all():
        whole = f"{mail.subject}\n{mail.body}"
        assert case.number in mail.subject
        assert "Bu contoh" in mail.body
        assert f"{settings.SITE_URL}/" in mail.body
        assert secret not in whole
        assert secret.replace("-", "") not in whole
        assert case.secret_hash not in whole
        assert case.story not in whole
        assert "<" not in mail.body
        assert "warga@" not in mail.key


@pytest.mark.parametrize(("language", "word"), [("id", "/lacak/"), ("en", "/en/lacak/")])
def test_they_are_in_the_language_of_the_resident(language: str, word: str) -> None:
    case = make_told(language=language)
    assert f"{settings.SITE_URL}{word}" in newest().body
    text = letters.whatsapp_text(case)
    assert f"{settings.SITE_URL}{word}" in text
    assert case.number in text


@pytest.mark.parametrize(
    "contact",
    [None, CONTACT | {"wish": "none"}, CONTACT | {"wish": "whatsapp"}, CONTACT | {"email": ""}],
)
def test_whoever_wants_none_gets_none(contact: dict[str, str] | None) -> None:
    case = make_submission(status="answered", contact=contact)
    case.rate("not", at=timezone.now())
    assert not OutgoingMail.objects.exists()


def test_the_same_occasion_told_again_is_one_letter() -> None:
    case = make_told()
    at = timezone.now()
    for _time in range(3):
        letters.tell_answer(case, "Sudah.", at)
    assert OutgoingMail.objects.count() == 2


def test_what_is_refused_tells_nobody() -> None:
    case = make_told()
    with pytest.raises(ValidationError) as refusal:
        case.settle_silently(at=timezone.now())
    assert refusal.value.code == "not_allowed"
    assert OutgoingMail.objects.count() == 1


def test_words_over_several_lines_stay_out_of_the_subject() -> None:
    case = make_told(status="verified")
    case.answer("Satu.\r\nBcc: lain@example.org\n\nDua.", by=None)
    assert "Bcc" not in newest().subject
    assert "Dua." in newest().body


def test_the_text_for_whatsapp_names_nobody_unless_told() -> None:
    case = make_told(status="verified", language="en")
    case.answer("The lamp is new.", by=None)
    assert "Bu contoh" not in letters.whatsapp_text(case)
    told = letters.whatsapp_text(case, "Bu contoh")
    assert "Bu contoh" in told
    assert "The lamp is new." in told
    assert receipt.secret_from(KEY) not in told
