"""The four pages on which a resident tells something: one question each, everything but a sentence may be skipped."""

import re
from datetime import date, timedelta
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from feedback.kinds import CARDS, Card
from feedback.models import Contact, Submission

Kind = Submission.Kind
Text = str | Promise
TOO_OLD = _("This page was open for too long. Press Continue once more, your words are still here")
NOTHING_CHOSEN = _("Choose one. Not sure? Choose “Don't know yet, I just want to tell”")
LONGEST_STORY = 10_000
# Of these, somebody's behaviour may be the matter.
ABOUT_STAFF = frozenset({Kind.COMPLAINT, Kind.UNDECIDED})
EARLIEST = date(1990, 1, 1)
FEWEST_DIGITS, MOST_DIGITS = 9, 15
# As maps write a point: "-6.3031, 106.8460", also inside the address of a map.
POINT = re.compile(r"(-?\d{1,2}[.,]\d{2,12})\s*[,;\s]\s*(-?\d{1,3}[.,]\d{2,12})")


class StepForm(forms.Form):
    """One page of the wizard; `refuse_as_old` gives it back filled when its token no longer fits."""

    # What each page sends beside its own fields.
    website = forms.CharField(
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    stamp = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    button: ClassVar[Text] = _("Continue")
    may_wait: ClassVar[bool] = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["website"].label = gettext("Leave this empty")
        self.helper = FormHelper()
        self.helper.form_action = ""
        self.helper.attrs = {"novalidate": ""}
        trap = Div(Field("website"), css_class="trap", aria_hidden="true")
        self.helper.layout = Layout(*self.rows(), trap, Field("stamp"), HTML(BUTTONS))

    def rows(self) -> list[Any]:
        return []

    def refuse_as_old(self) -> None:
        self.add_error(None, ValidationError(TOO_OLD, code="too_old"))

    def in_words(self, answers: dict[str, str]) -> list[tuple[str, str]]:
        """Answers to these questions as they are read, each with its question."""
        found = []
        for name in [name for name in self.fields if answers.get(name)]:
            field, words = self.fields[name], answers[name]
            choices = dict(getattr(field, "choices", []))
            told = _("Yes") if isinstance(field, forms.BooleanField) else choices.get(words, words)
            found.append((str(field.label).partition(" (")[0], str(told)))
        return found


# Buttons are plain HTML: crispy draws inputs, and a page of a wizard has a second way out.
BUTTONS = '{% include "feedback/_tell_buttons.html" %}'


class KindForm(StepForm):
    """What kind of message it is."""

    kind = forms.ChoiceField(
        label=_("What would you like to tell us?"),
        choices=[(card.kind.value, card.title) for card in CARDS],
        widget=forms.RadioSelect,
        error_messages={"required": NOTHING_CHOSEN, "invalid_choice": NOTHING_CHOSEN},
    )
    is_about = forms.BooleanField(required=False)
    may_wait = False

    def __init__(self, *args: Any, about: dict[str, Any], **kwargs: Any) -> None:
        self.about = about
        super().__init__(*args, **kwargs)
        if not about:
            del self.fields["is_about"]
        else:
            names = ", ".join(str(row) for row in about.values())
            self.fields["is_about"].label = gettext("It is about: %(name)s") % {"name": names}
            self.fields["is_about"].initial = True

    def rows(self) -> list[Any]:
        about = [Div(Field("is_about"), css_class="soft")] if self.about else []
        return [*about, Field("kind", template="feedback/_kind_cards.html")]

    @property
    def cards(self) -> list[tuple[int, Card, bool]]:
        chosen = str(self["kind"].value() or "")
        return [(number, card, card.kind == chosen) for number, card in enumerate(CARDS)]


class ManyFiles(forms.ClearableFileInput):
    """A chooser for several photos at once."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class PhotosField(forms.FileField):
    """Any number of files; what each of them is, its keeper finds out."""

    widget = ManyFiles(attrs={"accept": "image/*"})

    def clean(self, data: Any, initial: Any = None) -> Any:
        # An empty file is a photo that did not arrive: said by its keeper, in the same words as for any other.
        return [one for one in data or [] if one]


class StoryForm(StepForm):
    """What happened, with photos; about a member of staff or not."""

    story = forms.CharField(
        label=_("What happened?"),
        max_length=LONGEST_STORY,
        widget=forms.Textarea(attrs={"rows": 6, "enterkeyhint": "enter"}),
        help_text=_("Write as you would tell a neighbour. Spelling mistakes do not matter."),
        error_messages={
            "required": _("Write the story first, one sentence is enough"),
            "max_length": _("The story is very long. Shorten it to %(limit_value)d characters"),
        },
    )
    photos = PhotosField(
        label=_("Photo (may be skipped)"),
        required=False,
        help_text=_(
            "One photo already helps, three at most. Try to have no faces on it, and take it away from your home."
        ),
    )
    is_about_staff = forms.BooleanField(
        label=_("It is about how a member of staff behaved. Then the unit of that person does not read it."),
        required=False,
    )

    def __init__(self, *args: Any, kind: str = "", kept: list[Any] | None = None, **kwargs: Any) -> None:
        self.kind, self.kept = kind, kept or []
        super().__init__(*args, **kwargs)
        # With it a browser cuts what is pasted too long without a word; without it the form says so and keeps all.
        self.fields["story"].widget.attrs.pop("maxlength", None)
        if kind not in ABOUT_STAFF:
            del self.fields["is_about_staff"]
        if kind in EXAMPLES:
            self.fields["story"].help_text = f"{self.fields['story'].help_text} {EXAMPLES[Kind(kind)]}"

    def rows(self) -> list[Any]:
        rows = [Field("story", template="feedback/_story_field.html"), HTML(KEPT_PHOTOS), Field("photos")]
        return [*rows, Field("is_about_staff")] if self.kind in ABOUT_STAFF else rows


KEPT_PHOTOS = '{% include "feedback/_kept_photos.html" with photos=form.kept only %}'
EXAMPLES = {
    Kind.COMPLAINT: _("For example: “I waited two hours at the counter and nobody called my number.”"),
    Kind.DEFECT: _("For example: “The street lamp in alley 4 has been out since Monday, it is dark there.”"),
    Kind.SUGGESTION: _("For example: “Open the counter on Saturday once a month, for those who work.”"),
    Kind.QUESTION: _("For example: “May my sister collect my new ID card for me?”"),
    Kind.INFORMATION: _("For example: “I would like this year's budget of the school.”"),
    Kind.APPRECIATION: _("For example: “Thank you, the drain was cleaned the day after I called.”"),
}


class PlaceForm(StepForm):
    """Where and when; nothing here has to be answered."""

    WHEN = (
        ("today", _("Today")),
        ("yesterday", _("Yesterday")),
        ("long_ago", _("A while ago")),
        ("date", _("On this day:")),
        ("unknown", _("I don't remember")),
    )
    place_words = forms.CharField(
        label=_("Where did it happen? (may be skipped)"),
        max_length=300,
        required=False,
        help_text=_("The name of an alley or of a place people know is enough."),
        error_messages={"max_length": _("Shorten the place to %(limit_value)d characters")},
    )
    rw = forms.CharField(label=_("RW (may be skipped)"), required=False, max_length=20)
    rt = forms.CharField(label=_("RT (may be skipped)"), required=False, max_length=20)
    point = forms.CharField(
        label=_("Point on the map (may be skipped)"),
        max_length=500,
        required=False,
        help_text=_("Copy it from the map of your phone, for example -6.3031, 106.8460."),
    )
    when = forms.ChoiceField(
        label=_("When? (may be skipped)"),
        choices=WHEN,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of these, or leave it empty")},
    )
    day = forms.DateField(
        label=_("Date (may be skipped)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the date like this: 27/11/2026")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)
        for name in ("rt", "rw"):
            self.fields[name].widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}

    def rows(self) -> list[Any]:
        pair = Div(Field("rw"), Field("rt"), css_class="pair")
        return [Field("place_words"), pair, Field("when"), Field("day"), Field("point")]

    def clean_rt(self) -> str:
        return self.number("rt", "RT")

    def clean_rw(self) -> str:
        return self.number("rw", "RW")

    def number(self, name: str, word: str) -> str:
        """Two or three digits however they were written: “RW 5” is 05."""
        typed = str(self.cleaned_data[name])
        digits = re.sub(rf"(?i)^{word}[\s.]*", "", typed).strip()
        if not digits:
            return ""
        if not (digits.isascii() and digits.isdecimal() and 1 <= int(digits) <= 999):
            raise ValidationError(
                _("%(word)s is a number, for example 05. Leave it empty if you do not know it"),
                code="number",
                params={"word": word},
            )
        return f"{int(digits):02d}"

    def clean_point(self) -> tuple[str, str] | None:
        typed = str(self.cleaned_data["point"])
        if not typed:
            return None
        match = POINT.search(typed)
        if match is not None:
            latitude, longitude = (part.replace(",", ".") for part in match.groups())
            if abs(float(latitude)) <= 90 and abs(float(longitude)) <= 180:
                return f"{float(latitude):.6f}", f"{float(longitude):.6f}"
        raise ValidationError(
            _("We could not read this point. Example: -6.3031, 106.8460. Or leave it empty"), code="point"
        )

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day and day > self.today:
            raise ValidationError(
                _("That day has not come yet. Choose today or an earlier day"), code="future"
            )
        if day and day < EARLIEST:
            raise ValidationError(_("That is very long ago. Look at the year again"), code="ancient")
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("when") == "date" and not data.get("day") and "day" not in self.errors:
            self.add_error("day", ValidationError(_("Choose the day, or choose another answer"), code="day"))
        return data

    def happened(self) -> dict[str, Any]:
        """The columns of a case; an answer in words stays in words."""
        data = self.cleaned_data
        days = {"today": self.today, "yesterday": self.today - timedelta(days=1), "date": data["day"]}
        when = data["when"] or ("date" if data["day"] else "")
        words = gettext("A while ago") if when == "long_ago" else ""
        return {"happened_on": days.get(when), "happened_words": words}


class SendForm(StepForm):
    """Who may read it, and where to send word."""

    PRIVACY = (
        (
            Submission.Privacy.PUBLIC.value,
            _("Other residents may read it, without my name"),
        ),
        (Submission.Privacy.CONFIDENTIAL.value, _("Only staff may read it")),
        (Submission.Privacy.ANONYMOUS.value, _("Without my name: not even staff know who I am")),
    )
    WISH = (
        (Contact.Wish.WHATSAPP.value, _("WhatsApp, written by staff")),
        (Contact.Wish.EMAIL.value, _("E-mail")),
        (Contact.Wish.NONE.value, _("No need, I keep the code")),
    )
    privacy = forms.ChoiceField(
        label=_("Who may read it? (may be skipped)"),
        choices=PRIVACY,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Your name is never shown. Others read your story only after staff have looked at it."),
        error_messages={"invalid_choice": _("Choose one of these, or leave it empty")},
    )
    wish = forms.ChoiceField(
        label=_("Where shall we send word? (may be skipped)"),
        choices=WISH,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of these, or leave it empty")},
    )
    email = forms.EmailField(
        label=_("E-mail (may be skipped)"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": _("Something is missing in the address. Example: nama@contoh.id"),
            "max_length": _("This address is too long. Look at it again, or leave it empty"),
        },
    )
    phone = forms.CharField(
        label=_("WhatsApp number (may be skipped)"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    name = forms.CharField(
        label=pgettext_lazy("what staff call the resident", "Name to call you by (may be skipped)"),
        required=False,
        max_length=80,
        help_text=_("So that staff can address you. It is not shown."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
        error_messages={"max_length": _("Shorten the name to %(limit_value)d characters")},
    )
    button = _("Send now")
    # Above what is to be checked, so that it stays first on the page.
    has_summary_above = True

    def rows(self) -> list[Any]:
        return [Field("privacy"), Field("wish"), Field("phone"), Field("email"), Field("name")]

    def clean_phone(self) -> str:
        typed = str(self.cleaned_data["phone"])
        digits = re.sub(r"[\s().\-/]", "", typed)
        if not digits:
            return ""
        bare = digits.removeprefix("+")
        if not (bare.isascii() and bare.isdecimal()):
            raise ValidationError(_("Digits only, please. Example: 0812 3456 7890"), code="letters")
        if len(bare) < FEWEST_DIGITS:
            raise ValidationError(
                _("Digits are missing in this number. Example: 0812 3456 7890"), code="short"
            )
        if len(bare) > MOST_DIGITS:
            raise ValidationError(_("This number has too many digits. Example: 0812 3456 7890"), code="long")
        return digits

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        wish = data.get("wish")
        if wish == Contact.Wish.EMAIL and not data.get("email") and "email" not in self.errors:
            self.add_error("email", ValidationError(_("Write the address for our letters"), code="missing"))
        if wish == Contact.Wish.WHATSAPP and not data.get("phone") and "phone" not in self.errors:
            self.add_error(
                "phone", ValidationError(_("Write the number staff shall write to"), code="missing")
            )
        is_anonymous = data.get("privacy") == Submission.Privacy.ANONYMOUS
        if is_anonymous and any(data.get(name) for name in ("email", "phone", "name")):
            sentence = _(
                "You chose “without my name”. Empty name, number and e-mail, or choose another answer"
            )
            self.add_error("privacy", ValidationError(sentence, code="not_anonymous"))
        return data

    def contact(self) -> dict[str, Any]:
        """The columns of a contact; nothing when nothing was said."""
        data = self.cleaned_data
        found = {name: data[name] for name in ("name", "phone", "email")}
        if not any(found.values()):
            return {}
        guess = Contact.Wish.EMAIL if found["email"] else Contact.Wish.WHATSAPP if found["phone"] else ""
        return found | {"wish": data["wish"] or guess or Contact.Wish.NONE}
