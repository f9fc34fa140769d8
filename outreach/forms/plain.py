"""What forms of residents have in common here: a key, so that two sendings are one, and a field nobody sees."""

from typing import Any, ClassVar, Final

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.shared.receipt import new_key

LONGEST_KEY: Final = 100
TOO_OLD: Final = _("This page was open for too long. Press the button once more, your words are still here")
TOO_MANY: Final = _(
    "Many wrote from this place just now. Wait %(n)s minutes and press the button again, your words are still here"
)
TRAPPED: Final = "The hidden field was filled in."
# PostgreSQL has no place for it, and nobody types it.
NOT_TYPED: Final = "\x00"
BUTTON = '<div class="actions"><button class="btn btn-primary">{{ form.button }}</button></div>'


class PlainForm(forms.Form):
    """One screen of a resident; `website` is the trap, `form_key` makes a second sending the first."""

    website = forms.CharField(
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    form_key = forms.CharField(required=False, max_length=LONGEST_KEY, widget=forms.HiddenInput)
    button: ClassVar[str | Promise] = _("Send now")

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(readable(data), *args, **kwargs)
        self.fields["website"].label = gettext("Leave this empty")
        self.fields["form_key"].initial = new_key
        self.build()
        self.helper = FormHelper()
        self.helper.form_action = ""
        self.helper.attrs = {"novalidate": ""}
        trap = Div(Field("website"), css_class="trap", aria_hidden="true")
        self.helper.layout = Layout(*self.rows(), trap, Field("form_key"), HTML(BUTTON))

    def build(self) -> None:
        """Adds what depends on the row the form is about."""

    def rows(self) -> list[Any]:
        return [Field(name) for name in self.fields if name not in ("website", "form_key")]

    @property
    def key(self) -> str:
        """The key of this form; whoever took it out gets a new one, and is counted like everybody."""
        typed = str(self["form_key"].value() or "").strip()
        return typed[:LONGEST_KEY] if typed else new_key()

    @property
    def suspicion(self) -> str:
        """What a moderator should look at twice; empty for most."""
        return TRAPPED if str(self.data.get("website", "")).strip() else ""

    def refuse(self, sentence: Any, **params: Any) -> None:
        self.add_error(None, ValidationError(sentence, code="refused", params=params or None))


def readable(data: QueryDict | None) -> QueryDict | None:
    """What was typed, without signs that no text has and without a key as long as a book."""
    if data is None:
        return None
    kept = data.copy()
    for name, values in data.lists():
        kept.setlist(name, [value.replace(NOT_TYPED, "") for value in values])
    kept["form_key"] = kept.get("form_key", "")[:LONGEST_KEY].strip() or new_key()
    return kept
