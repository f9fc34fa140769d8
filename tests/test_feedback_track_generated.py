"""A thousand odd inputs for every form of following a case: none breaks it, none loses a typed word."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.forms import Form
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve

from feedback import following
from feedback.models import Contact, Rating, Submission
from feedback.views import track
from portal.shared import receipt
from tests.builders import make_portal, make_submission
from tests.odd_input import URLENCODED, Sending, sendings, urlencoded

pytestmark = pytest.mark.django_db
# A thousand each; the second engine sees enough of them to meet what its columns refuse.
MANY = 1_000 if connection.vendor == "sqlite" else 400
SEED = 20_261_122
# Every page is decided upon, every so many are drawn too: drawing is the greater part of the work.
DRAWN = 200
KEY = "kunci-warga"
STORY = "Lampu jalan di depan pos ronda mati sejak Senin."
CASE = "/lacak/kiriman/"
REFUSED = {400, 413}


class Seen:
    """The page of the last answer as it was decided, whether it was drawn or not."""

    def __init__(self) -> None:
        self.template = ""
        self.context: dict[str, Any] = {}

    def form(self, name: str = "form") -> Form:
        form: Form = self.context[name]
        return form


@pytest.fixture(autouse=True)
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """Draws seldom, and lets one address try as often as it likes."""
    dice, last, render = random.Random(SEED), Seen(), track.render

    def drawn(request: Any, template: str, context: Any, **more: Any) -> HttpResponse:
        last.template, last.context = template, context
        if dice.randrange(DRAWN) == 0:
            return render(request, template, context, **more)
        return HttpResponse("drawn elsewhere", **more)

    whole_page = track.case_page

    def put_together(request: Any, case: Submission, **forms: Any) -> HttpResponse:
        if dice.randrange(DRAWN) == 0:
            return whole_page(request, case, **forms)
        last.template, last.context = "feedback/case.html", forms
        return HttpResponse("drawn elsewhere")

    monkeypatch.setattr(track, "render", drawn)
    monkeypatch.setattr(track, "case_page", put_together)
    monkeypatch.setattr(following, "spend", lambda *_args, **_more: timedelta(0))
    return last


@pytest.fixture
def case() -> Submission:
    make_portal()
    return make_submission(STORY, form_key=KEY, contact={"name": "Warga contoh", "email": "warga@contoh.id"})


@pytest.fixture
def phone(case: Submission, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A browser that has opened the case; its cookie is looked at now and then, with all that is read along."""
    client, opened, turn = Client(), following.opened, count()
    typed = {"number": case.number, "secret": receipt.secret_from(KEY)}
    assert client.post("/lacak/", typed)["Location"] == CASE

    def remembered(request: Any) -> Submission | None:
        is_ours = request.COOKIES["case"] == client.cookies["case"].value
        return Submission.objects.get(pk=case.pk) if is_ours and next(turn) % DRAWN else opened(request)

    monkeypatch.setattr(following, "opened", remembered)
    return client


def every(names: tuple[str, ...], text: str = "") -> Iterator[Sending]:
    return sendings(SEED, MANY, names, text)


def answered(phone: Client, seen: Seen, address: str, sending: Sending) -> Any:
    """The answer, which is never a fault: an exception of the view would end the test by itself."""
    seen.template, seen.context = "", {}
    # What surrounds the views is the same for all: every tenth goes the whole way, and all that was broken.
    if sending.values and sum(sending.body) % 10:
        request = RequestFactory().generic("POST", address, sending.body, sending.content_type)
        request.COOKIES.update({name: mark.value for name, mark in phone.cookies.items()})
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        answer: Any = resolve(address).func(request)
    else:
        answer = phone.generic("POST", address, sending.body, sending.content_type)
    fine = {200, 302} if sending.values else {200, 302} | REFUSED
    assert answer.status_code in fine, (sending.values, sending.body[:500])
    return answer


def arrived(value: str) -> str:
    """What comes through the line of it; a half of a sign is three signs of doubt by then."""
    return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def comes_back(form: Form, sending: Sending, names: tuple[str, ...]) -> None:
    """Everything typed stands in the form again, whatever is wrong with it."""
    assert form.errors
    for name in names:
        if name in sending.values:
            assert form[name].value() == arrived(sending.values[name])


def sometimes(
    sending: Sending, dice: random.Random, right: dict[str, Callable[[], str]], share: float = 0.6
) -> Sending:
    """The same with some of its fields as a person fills them, so that not everything ends at the first fault."""
    if not sending.values:
        return sending
    filled = {name: make() for name, make in right.items() if dice.random() < share}
    if not filled:
        return sending
    values = sending.values | filled
    return Sending(urlencoded(list(values.items())), URLENCODED, values)


def test_number_and_secret(case: Submission, seen: Seen) -> None:
    phone, opened, shown = Client(), 0, 0
    right = {"number": lambda: case.number, "secret": lambda: receipt.secret_from("another")}
    dice = random.Random(SEED)
    for raw in every(("number", "secret", "form_key")):
        sending = sometimes(raw, dice, right)
        answer = answered(phone, seen, "/lacak/", sending)
        opened += answer.status_code == 302
        shown += seen.template == "feedback/track_status.html"
        if seen.template == "feedback/track.html" and sending.values:
            comes_back(seen.form(), sending, ("number", "secret"))
    # Nothing but the secret opens it; the number alone is enough to see how far it is.
    assert opened == 0
    assert shown > 10


def test_a_message(case: Submission, phone: Client, seen: Seen) -> None:
    taken = 0
    for number, sending in enumerate(every(("text", "form_key"), "text")):
        answer = answered(phone, seen, f"{CASE}pesan/", sending)
        if answer.status_code == 302:
            taken += 1
            # What was cut on the way may still hold a message; what it said nobody here can tell.
            if sending.values:
                text = case.messages.latest("pk").text
                assert text == arrived(sending.values["text"])
                assert text.startswith(f"awal{number} ")
        elif sending.values:
            comes_back(seen.form("message_form"), sending, ("text",))
    assert case.messages.count() == taken
    assert MANY // 10 < taken < MANY


def test_one_key_in_two_cases_and_with_other_words(case: Submission, phone: Client) -> None:
    """What somebody wrote after going back is another message, and nobody's form stands in another's way."""
    other = make_submission(form_key="k2")
    stranger = Client()
    stranger.post("/lacak/", {"number": other.number, "secret": receipt.secret_from("k2")})
    for client, text in ((phone, "Gang Mawar."), (phone, "Gang Melati."), (stranger, "Gang Mawar.")) * 2:
        answer = client.post(f"{CASE}pesan/", {"text": text, "form_key": "0"})
        assert answer.status_code == 302
    assert sorted(case.messages.values_list("text", flat=True)) == ["Gang Mawar.", "Gang Melati."]
    assert [message.text for message in other.messages.all()] == ["Gang Mawar."]


def test_a_rating(case: Submission, phone: Client, seen: Seen) -> None:
    answers = {"status": "answered", "answered_at": case.received_at}
    dice, taken = random.Random(SEED), 0
    right = {"verdict": lambda: dice.choice(("solved", "partly", "not"))}
    for number, raw in enumerate(every(("verdict", "words"), "words")):
        sending = sometimes(raw, dice, right, share=0.3)
        Submission.objects.filter(pk=case.pk).update(**answers)
        Rating.objects.all().delete()
        answer = answered(phone, seen, f"{CASE}nilai/", sending)
        if answer.status_code == 302 and sending.values:
            rating = Rating.objects.get()
            assert rating.verdict == sending.values["verdict"].strip()
            if "words" in sending.values:
                assert f"awal{number} " in rating.words
                assert rating.words == arrived(sending.values["words"]).strip()
            taken += 1
        elif sending.values:
            assert not Rating.objects.exists()
            comes_back(seen.form("rating_form"), sending, ("words",))
    assert MANY // 10 < taken < MANY


def test_where_word_is_sent(case: Submission, phone: Client, seen: Seen) -> None:
    names = ("wish", "email", "phone", "name")
    dice, taken = random.Random(SEED), 0
    right: dict[str, Callable[[], str]] = {
        "wish": lambda: dice.choice(("email", "whatsapp", "none")),
        "email": lambda: "warga@contoh.id",
        "phone": lambda: "0812 3456 7890",
    }
    for raw in every(names):
        sending = sometimes(raw, dice, right)
        if dice.randrange(20) == 0:
            # The other button, which takes everything away whatever else was typed.
            sending = sometimes(sending, dice, {"hapus": lambda: "1"}, share=1)
        answer = answered(phone, seen, f"{CASE}kontak/", sending)
        if answer.status_code == 302:
            taken += 1
            kept = Contact.objects.filter(submission=case).first()
            if kept and sending.values and "hapus" not in sending.values:
                assert kept.name == arrived(sending.values.get("name", "")).strip()
                assert kept.wish == sending.values["wish"]
        elif sending.values:
            comes_back(seen.form(), sending, names)
    assert MANY // 10 < taken < MANY


def test_having_it_erased(case: Submission, phone: Client, seen: Seen) -> None:
    """Only the one button erases; whatever else arrives leaves every word."""
    for sending in every(("Ya", "button", "form_key", "story")):
        assert answered(phone, seen, f"{CASE}lupakan/", sending).status_code in {200} | REFUSED
    case.refresh_from_db()
    assert (case.story, case.words_erased_at, case.erasure_asked_at) == (STORY, None, None)
    assert Contact.objects.filter(submission=case).exists()


@pytest.mark.parametrize("value", ["ya", "\x00", "", "9" * 400])
def test_whatever_the_button_says_it_erases(phone: Client, case: Submission, value: str) -> None:
    assert phone.post(f"{CASE}lupakan/", {"ya": value, "button": "\x00"}).status_code == 200
    assert not Contact.objects.filter(submission=case).exists()
