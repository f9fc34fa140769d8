"""Typing in what was filled in on paper: one line for each sheet, Enter saves it and gives the next."""

import re
from typing import Any, Final

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outreach.forms.opinion import LONGEST_KEY, SHORTEST_OWN_CODE
from outreach.models import AfterUse, Event, UnderstandingItem, UnderstandingSheet
from outreach.models.opinion import self_made_code
from portal.shared.receipt import new_key

SKIPPED: Final = "0-"
USED: Final = dict(zip("1234", AfterUse.Answer.values, strict=True))


class PaperLine(forms.Form):
    """One sheet as one line; `said` and `code` are what `Opinion.take` wants."""

    example: Any
    line = forms.CharField(
        label=_("Sheet"),
        max_length=540,
        widget=forms.TextInput(
            attrs={
                "autofocus": True,
                "autocomplete": "off",
                "spellcheck": "false",
                "class": "survey-line",
                "enterkeyhint": "send",
            }
        ),
        error_messages={"required": _("Type the first sheet")},
    )
    form_key = forms.CharField(required=False, max_length=LONGEST_KEY, widget=forms.HiddenInput)

    def __init__(self, event: Event, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event = event
        self.said: dict[str, Any] = {}
        self.code = ""
        self.fields["line"].help_text = self.example
        self.fields["form_key"].initial = new_key
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        self.helper.layout = Layout("line", "form_key")
        self.helper.add_input(Submit("", gettext("Save, next sheet")))

    @property
    def key(self) -> str:
        typed = self["form_key"].value()
        return str(typed)[:LONGEST_KEY] if typed else new_key()

    def clean_line(self) -> str:
        line: str = self.cleaned_data["line"].strip()
        self.read(line)
        return line

    def read(self, line: str) -> None:
        """Turns the line into `said`; a ValidationError says what cannot be read."""
        raise NotImplementedError


class RatingLine(PaperLine):
    example = _(
        "Useful and clear, each 1 to 4 or 0 if skipped, then what was missing. Example: 34 mikrofon kecil"
    )

    def read(self, line: str) -> None:
        found = re.fullmatch(r"([0-4-])\s*([0-4-])(?!\d)\s*(.*)", line, re.DOTALL)
        if found is None:
            raise ValidationError(
                _("Begin with two digits from 0 to 4. Example: 34 mikrofon kecil"), code="digits"
            )
        useful, clear, missing = found.groups()
        self.said = {
            "usefulness": None if useful in SKIPPED else int(useful),
            "clarity": None if clear in SKIPPED else int(clear),
            "missing": missing[:500],
        }


class UseLine(PaperLine):
    example = _(
        "1 used it, 2 tried, 3 not yet, 4 no need; then what got in the way. Example: 2 antre panjang"
    )

    def read(self, line: str) -> None:
        found = re.fullmatch(r"([1-4])(?!\d)\s*(.*)", line, re.DOTALL)
        if found is None:
            raise ValidationError(
                _("Begin with one digit from 1 to 4. Example: 2 antre panjang"), code="digits"
            )
        self.said = {"answer": USED[found[1]], "words": found[2][:500]}


class UnderstandingLine(PaperLine):
    """“SI17 1 3 0 2”: the person's own code, then the number of each choice."""

    example = _("The own code, then the number of each answer, 0 if skipped. Example: SI17 1 3 0 2")

    def __init__(self, phase: str, event: Event, *args: Any, **kwargs: Any) -> None:
        self.phase = UnderstandingSheet.Phase(phase)
        self.items: list[UnderstandingItem] = list(event.understanding_items.all())
        super().__init__(event, *args, **kwargs)

    def read(self, line: str) -> None:
        own, *rest = line.split() or [""]
        code = self_made_code(own)
        if len(code) < SHORTEST_OWN_CODE:
            raise ValidationError(_("Begin with the own code, at least 4 letters and digits"), code="short")
        chosen = list("".join(rest)) if len(rest) == 1 else rest
        if len(chosen) != len(self.items):
            sentence = _("There are %(n)s questions, and the line has %(found)s answers")
            raise ValidationError(
                sentence, code="number", params={"n": len(self.items), "found": len(chosen)}
            )
        answers: list[int | None] = []
        for number, (item, word) in enumerate(zip(self.items, chosen, strict=True), start=1):
            known = {str(value): value for value, _words in item.answers}
            if word not in known and word not in SKIPPED:
                sentence = _("Question %(n)s has no answer “%(word)s”")
                raise ValidationError(sentence, code="answer", params={"n": number, "word": word[:10]})
            answers.append(known.get(word))
        self.said, self.code = {"phase": self.phase, "answers": answers}, code
