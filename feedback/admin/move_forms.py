"""What the verbs of a case ask before they are done: one small form for each."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from feedback.admin.choices import ColleagueField, ServiceField, TopicField, categories, colleagues, units
from feedback.lifecycle import Status
from feedback.models import AnswerTemplate, Submission
from feedback.triage import suggest
from portal.shared import receipt
from portal.shared.leaks import SecondLook
from services.admin.fields import NativeDateInput

LONGEST = 5_000
WORDS_FOR_EVERYBODY = ("public_title", "public_story", "public_answer")
MOVED = _(
    "The case has moved on since you opened this page. Read what is new beside this form, then send again."
)


class CaseForm(forms.Form):
    """Knows the case it is about (none, when many are moved at once) and who fills it in.

    `seen` tells how far its reader has read: whoever answers must have seen the resident's latest word.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, case: Submission | None = None, user: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.case, self.user = case, user
        self.now_seen = seen_of(case) if case else ""
        self.fields["seen"].initial = self.now_seen
        self.prepare()

    def prepare(self) -> None:
        """For forms whose fields depend on the case."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        seen = cleaned.pop("seen", "")
        if self.case is not None and seen and seen != self.now_seen:
            data: Any = self.data
            # Sent again, it says that its reader has now seen the rest.
            data = data.copy()
            data[self.add_prefix("seen")] = self.now_seen
            self.data = data
            self.add_error(None, ValidationError(MOVED, code="moved"))
        return cleaned


def seen_of(case: Submission) -> str:
    """A mark of the newest move and the newest message."""
    newest = case.messages.order_by("-pk").values_list("pk", flat=True).first() or 0
    return f"{case.status}.{case.status_at:%Y%m%d%H%M%S%f}.{newest}"


def text_field(
    label: Any, missing: Any, *, rows: int = 8, help_text: Any = "", required: bool = True
) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows, "class": "vLargeTextField"}),
        error_messages={"required": missing},
    )


class LetterForm(CaseForm):
    """A text to the resident, which may begin with a template: `templates` are those that fit the case."""

    has_templates = True

    def templates(self) -> list[AnswerTemplate]:
        if self.case is None:
            return []
        case = self.case
        rows = AnswerTemplate.objects.filter(kind__in=("", case.kind))
        return [row for row in rows if row.category_id in (None, case.category_id)]


class QuestionForm(LetterForm):
    text = text_field(
        _("Question to the resident"),
        _("Write the question first."),
        help_text=_("One question at a time. The clock stands still until the resident answers."),
    )


class AnswerForm(LetterForm):
    text = text_field(
        _("Answer to the resident"),
        _("Write what was done, one sentence is enough."),
        help_text=_("What was done, where and when. Address the resident as Ibu/Bapak."),
    )


class WordForm(LetterForm):
    text = text_field(_("Message to the resident"), _("Write a sentence first."))


class NoteForm(CaseForm):
    text = text_field(_("Note for colleagues"), _("Write a sentence first."), rows=4)


class ReasonForm(CaseForm):
    reason = text_field(
        _("Why?"),
        _("Say why in one or two sentences: the resident reads them."),
        rows=4,
        help_text=_("The resident reads this."),
    )


class PassOnForm(ReasonForm, LetterForm):
    def prepare(self) -> None:
        self.fields["reason"].label = _("Who is in charge, and how does the resident get there?")
        self.fields["reason"].help_text = _(
            "Name the office, its phone or address. Hand the case over yourself where you can, and say so."
        )


class DeclineForm(ReasonForm, LetterForm):
    def prepare(self) -> None:
        self.fields["reason"].label = _("Why not, and what else can the resident do?")


class ArchiveForm(ReasonForm):
    def prepare(self) -> None:
        self.fields["reason"].help_text = _("Kept with the case. It can be brought back at any time.")


class BackForm(CaseForm):
    reason = text_field(_("Why?"), "", rows=3, required=False, help_text=_("May stay empty."))


class VerifyForm(CaseForm):
    """What a clerk knows after the first reading; begins with what the rules suggest, and why."""

    kind = forms.ChoiceField(label=_("kind"), choices=Submission.Kind.choices, required=False)
    category = TopicField(label=_("topic"), queryset=None, required=False)

    def prepare(self) -> None:
        case = self.case
        if case is None:
            # Many at once are only marked as read.
            del self.fields["kind"], self.fields["category"]
            return
        topic = self.fields["category"]
        topic.queryset = categories()  # type: ignore[attr-defined]
        self.fields["kind"].initial, topic.initial = case.kind, case.category_id
        if case.category_id is None:
            for one in suggest(case):
                if one.category is not None:
                    topic.initial, topic.help_text = one.category.pk, suggested(one.reason)
                    break

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or (self.case.kind if self.case else "")


def suggested(reason: str) -> str:
    return gettext("Suggested: %(reason)s You decide.") % {"reason": reason}


class AssignForm(CaseForm):
    unit: Any = forms.ModelChoiceField(
        label=_("Unit in charge"),
        queryset=None,
        error_messages={"required": _("Choose the unit that has to answer.")},
    )
    handler = ColleagueField(
        label=_("Who there"), queryset=None, required=False, help_text=_("May stay empty: the unit decides.")
    )
    reason = text_field(_("Why?"), "", rows=3, required=False)

    def prepare(self) -> None:
        self.fields["unit"].queryset = units()  # type: ignore[attr-defined]
        self.fields["handler"].queryset = colleagues()  # type: ignore[attr-defined]
        if self.case is not None:
            self.fields["unit"].initial = self.case.unit_id
            self.suggest_unit(self.case)
        if self.case is not None and self.case.status != Status.ASSIGNED:
            del self.fields["reason"]
        else:
            self.fields["reason"].help_text = _("Needed when the case passes from one unit to another.")

    def suggest_unit(self, case: Submission) -> None:
        found = [one for one in suggest(case) if one.unit is not None] if case.unit_id is None else []
        if found:
            self.fields["unit"].initial = found[0].unit.pk
            self.fields["unit"].help_text = suggested(found[0].reason)


class DescribeForm(CaseForm):
    """What a clerk knows after reading: kind, topic, place, and whether it is about somebody."""

    kind = forms.ChoiceField(label=_("kind"), choices=Submission.Kind.choices)
    title = forms.CharField(
        label=_("gist"),
        max_length=160,
        required=False,
        help_text=_("One line for the lists of the desk, without names."),
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
    )
    category = TopicField(label=_("topic"), queryset=None, required=False)
    is_oversight = forms.BooleanField(
        label=_("needs an examination"),
        required=False,
        help_text=_("About misuse of power, graft or staff discipline; it has a longer deadline."),
    )
    is_about_staff = forms.BooleanField(
        label=_("about a member of staff"),
        required=False,
        help_text=_("Hidden from everybody of that person's unit."),
    )
    about_unit: Any = forms.ModelChoiceField(label=_("unit of that person"), queryset=None, required=False)
    service = ServiceField(
        label=_("about the service"),
        required=False,
        help_text=_("The address of its page, or its last word."),
    )
    rt = forms.CharField(label="RT", max_length=3, required=False, widget=forms.TextInput(attrs={"size": 4}))
    rw = forms.CharField(label="RW", max_length=3, required=False, widget=forms.TextInput(attrs={"size": 4}))
    happened_on = forms.DateField(label=_("when"), required=False, widget=NativeDateInput)

    def prepare(self) -> None:
        self.fields["category"].queryset = categories()  # type: ignore[attr-defined]
        self.fields["about_unit"].queryset = units()  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            if self.case is not None and name != "seen":
                field.initial = getattr(
                    self.case, f"{name}_id" if name in {"category", "about_unit"} else name
                )

    def clean_rt(self) -> str:
        return number_of_neighbours(self.cleaned_data["rt"])

    def clean_rw(self) -> str:
        return number_of_neighbours(self.cleaned_data["rw"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("about_unit") and not cleaned.get("is_about_staff"):
            cleaned["about_unit"] = None
        return cleaned


def number_of_neighbours(typed: str) -> str:
    digits = typed.strip()
    if digits and not (digits.isascii() and digits.isdecimal()):
        raise ValidationError(_("Write the number only, for example 4."), code="digits")
    # As residents' own pages write it, so that one RW is one.
    return f"{int(digits):02d}" if digits else ""


class OtherCaseForm(CaseForm):
    """Names another case by its number, however it is typed."""

    other = forms.CharField(
        label=_("Number of the case that stays"),
        max_length=40,
        error_messages={"required": _("Write the number of the other case.")},
    )
    reason = text_field(
        _("Why?"),
        "",
        rows=3,
        required=False,
        help_text=_("The resident reads this; left empty, that others told us the same."),
    )

    def clean_other(self) -> Submission:
        found = Submission.objects.visible_to(self.user).filter(
            number=receipt.number_of(self.cleaned_data["other"])
        )
        other = found.first()
        if other is None:
            raise ValidationError(
                _("There is no case with this number. Look at it once more."), code="unknown"
            )
        if self.case is not None and other.pk == self.case.pk:
            raise ValidationError(_("A case cannot be joined with itself."), code="itself")
        return other


class SplitForm(CaseForm):
    """The second of two things a case tells of: its own words, and what it is about where that differs."""

    story = text_field(
        _("What the second case tells"),
        _("Write the second of the two things."),
        help_text=_("In the words of the resident, copied from the story beside this form."),
    )
    kind = forms.ChoiceField(label=_("kind"), choices=Submission.Kind.choices)
    category = TopicField(label=_("topic"), queryset=None, required=False)
    photos = forms.MultipleChoiceField(
        label=_("Photos that belong to the second"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        self.fields["category"].queryset = categories()  # type: ignore[attr-defined]
        if self.case is None:
            return
        self.fields["kind"].initial, self.fields["category"].initial = self.case.kind, self.case.category_id
        photos = list(self.case.photos.all())
        if photos:
            numbered = enumerate(photos, start=1)
            self.fields["photos"].choices = [  # type: ignore[attr-defined]
                (photo.pk, photo.alt or gettext("Photo %(n)s") % {"n": number}) for number, photo in numbered
            ]
        else:
            del self.fields["photos"]

    def clean_photos(self) -> tuple[int, ...]:
        return tuple(int(key) for key in self.cleaned_data["photos"])


class ReleaseForm(SecondLook, CaseForm):
    """The words everybody will read; it asks again when something in them may tell who somebody is."""

    public_title = forms.CharField(
        label=_("public title"),
        max_length=160,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
        error_messages={"required": _("Write a public title before you release this case.")},
    )
    public_story = text_field(
        _("public text"),
        _("Write what was asked, in words that name nobody."),
        help_text=_("What it was about, in your words: no names, no phone numbers, no house numbers."),
    )
    public_answer = text_field(
        _("public answer"),
        _("Write the answer everybody may read."),
        help_text=_("What was done, in your words."),
    )
    field_order = (*WORDS_FOR_EVERYBODY, "is_sure")

    def prepare(self) -> None:
        case = self.case
        for name in WORDS_FOR_EVERYBODY if case is not None else ():
            self.fields[name].initial = getattr(case, name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        typed = "\n".join(cleaned.get(name, "") for name in WORDS_FOR_EVERYBODY)
        self.look_again(cleaned, typed, self.name_of_resident())
        return cleaned

    def name_of_resident(self) -> str:
        contact = getattr(self.case, "contact", None) if self.case else None
        return contact.name if contact else ""


class TakeBackForm(CaseForm):
    reason = text_field(
        _("Why?"), _("Say why, in one sentence."), rows=3, help_text=_("Kept in the history.")
    )


class OpeningForm(forms.Form):
    why = forms.CharField(
        label=_("Why do you need to know?"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
        help_text=_("For example: to call back because of the address. The auditor reads this."),
        error_messages={"required": _("Say why, in one sentence.")},
    )
