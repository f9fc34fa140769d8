"""Having a say in a consultation: its two or three questions, a note to each part; all of it may be skipped."""

from typing import Any

from crispy_forms.layout import HTML, Field
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outreach.forms.plain import PlainForm
from outreach.models import (
    Consultation,
    ConsultationQuestion,
    ConsultationResponse,
    ConsultationSection,
    Finding,
    Remark,
)
from outreach.models.consultation_parts import Participants
from outreach.models.consultation_response import LONGEST, NOTHING_SAID

TOO_LONG = _("That is a lot. Please keep it to %(limit_value)d characters")
CHANGED = _("Choose one of the answers, or skip the question")
# What residents read for the groups of a forum.
SPEAKING_AS = (
    (Participants.USERS, _("somebody who uses or will use the service")),
    (Participants.CIVIL, _("a community group or association")),
    (Participants.EXPERTS, _("a teacher, student or expert")),
    (Participants.AGENCIES, _("another office")),
    (Participants.PRESS, _("press")),
    (Participants.OTHER, _("somebody else")),
)


class SayForm(PlainForm):
    """The questions first, then the parts; with `section` that part alone."""

    button = _("Send now")

    def __init__(
        self,
        consultation: Consultation,
        *args: Any,
        section: ConsultationSection | None = None,
        **kwargs: Any,
    ) -> None:
        self.consultation, self.section = consultation, section
        self.questions: list[ConsultationQuestion] = [] if section else list(consultation.questions.all())
        self.sections = [section] if section else list(consultation.sections.all())
        super().__init__(*args, **kwargs)

    def build(self) -> None:
        for question in self.questions:
            self.fields[f"q{question.pk}"] = asked(question)
        for section in self.sections:
            self.fields[f"s{section.pk}"] = forms.CharField(
                label=section.title,
                required=False,
                max_length=LONGEST,
                widget=forms.Textarea(attrs={"rows": 3}),
                error_messages={"max_length": TOO_LONG},
            )
        self.fields["group"] = forms.ChoiceField(
            label=_("You speak as … (may be skipped)"),
            choices=[*SPEAKING_AS, ("", _("Skip"))],
            widget=forms.RadioSelect,
            required=False,
            error_messages={"invalid_choice": _("Choose one of them, or skip")},
        )

    def rows(self) -> list[Any]:
        parts: list[Any] = [Field(f"q{one.pk}") for one in self.questions]
        if not self.section:
            parts.append(HTML('{% include "outreach/_say_parts.html" %}'))
        parts += [Field(f"s{one.pk}") for one in self.sections]
        return [*parts, Field("group")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        names = [name for name in self.fields if name[0] in "qs" and name[1:].isdigit()]
        if not self.errors and not any(str(data.get(name) or "").strip() for name in names):
            raise ValidationError(NOTHING_SAID, code="empty")
        return data

    @property
    def said(self) -> list[Remark]:
        """What was written, one remark for each field that was not skipped."""
        typed = self.cleaned_data
        remarks = [
            Remark(question=one, text=typed.get(f"q{one.pk}") or "", is_choice=bool(one.lines))
            for one in self.questions
        ]
        return remarks + [Remark(section=one, text=typed.get(f"s{one.pk}") or "") for one in self.sections]


def asked(question: ConsultationQuestion) -> forms.Field:
    label = gettext("%(question)s (may be skipped)") % {"question": question.text}
    if question.lines:
        return forms.ChoiceField(
            label=label,
            choices=[*((line, line) for line in question.lines), ("", _("Skip"))],
            widget=forms.RadioSelect,
            required=False,
            # Neither an answer nor skipping is chosen beforehand.
            initial="-",
            error_messages={"invalid_choice": CHANGED},
        )
    return forms.CharField(
        label=label,
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": TOO_LONG},
    )


class HeardForm(SayForm):
    """The same in the hands of an officer, who says whether it came on paper or aloud."""

    button = _("Save, next sheet")

    def build(self) -> None:
        self.fields["way"] = forms.ChoiceField(
            label=_("How did it come in?"),
            choices=[
                one for one in ConsultationResponse.Way.choices if one[0] != ConsultationResponse.Way.SITE
            ],
            widget=forms.RadioSelect,
            initial=ConsultationResponse.Way.PAPER,
            error_messages={"required": _("Choose one"), "invalid_choice": _("Choose one")},
        )
        super().build()

    def rows(self) -> list[Any]:
        return [Field("way"), *super().rows()]


class SortForm(forms.Form):
    """Where each comment belongs in the result: one of the findings, or set aside with a reason."""

    ASIDE = "aside"

    def __init__(self, consultation: Consultation, remarks: list[Remark], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remarks = remarks
        self.findings = {str(one.pk): one for one in consultation.findings.all()}
        choices = [("", _("not sorted yet")), *((key, one.heard) for key, one in self.findings.items())]
        choices.append((self.ASIDE, _("set aside")))
        for remark in remarks:
            key = self.ASIDE if remark.set_aside else str(remark.finding_id or "")
            self.fields[f"p{remark.pk}"] = forms.ChoiceField(choices=choices, required=False, initial=key)
            self.fields[f"w{remark.pk}"] = forms.CharField(
                max_length=200, required=False, initial=remark.set_aside
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for remark in self.remarks:
            if data.get(f"p{remark.pk}") == self.ASIDE and not data.get(f"w{remark.pk}", "").strip():
                self.add_error(f"w{remark.pk}", _("Say why it is set aside."))
        return data

    @property
    def rows(self) -> list[tuple[Remark, Any, Any]]:
        return [(one, self[f"p{one.pk}"], self[f"w{one.pk}"]) for one in self.remarks]

    def places(self) -> list[tuple[Remark, Finding | None, str]]:
        """Each comment with its finding, or with why it is set aside."""
        found = []
        for remark in self.remarks:
            chosen = self.cleaned_data.get(f"p{remark.pk}", "")
            why = self.cleaned_data.get(f"w{remark.pk}", "").strip() if chosen == self.ASIDE else ""
            found.append((remark, self.findings.get(chosen), why))
        return found
