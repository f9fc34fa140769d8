"""What somebody at their door wants to tell, on one small screen; who they are only if they want an answer."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout, Submit
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from feedback.forms.entry import EntryForm
from feedback.models import Contact, Submission

WISHES = (
    (Contact.Wish.NONE.value, _("No need, they keep the code")),
    (Contact.Wish.WHATSAPP.value, _("WhatsApp, written by staff")),
    (Contact.Wish.PHONE.value, _("A call")),
    (Contact.Wish.EMAIL.value, _("E-mail")),
)
NOT_ASKED = ("channel", "service", "photos", "place_words", "rw", "rt", "day", "privacy")


class FromVisitForm(EntryForm):
    """Eight controls with the button: kind, story, about staff, answer wanted, and where to send it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in NOT_ASKED:
            del self.fields[name]
        self.fields["story"].widget.attrs["rows"] = 5
        self.fields["story"].help_text = _("In their own words. Read it back to them before you save.")
        self.fields["wish"].label = _("Do they want an answer?")
        self.fields["wish"].help_text = _("Without an answer we keep neither name nor number.")
        self.fields["wish"].choices = WISHES  # type: ignore[attr-defined]
        self.fields["wish"].widget.choices = WISHES
        self.fields["wish"].initial = Contact.Wish.NONE
        self.helper = FormHelper()
        self.helper.form_action = ""
        self.helper.attrs = {"novalidate": ""}
        self.helper.layout = Layout(
            *("kind", "story", "is_about_staff", "wish"),
            Div(Field("phone"), Field("email"), css_class="pair"),
            *("name", "form_key"),
        )
        self.helper.add_input(Submit("", gettext("Save and show the codes")))

    def contact(self) -> dict[str, Any]:
        """Nobody's name or number, unless they want an answer."""
        if self.cleaned_data["wish"] in ("", Contact.Wish.NONE):
            return {}
        return super().contact()

    def columns(self) -> dict[str, Any]:
        data = self.cleaned_data
        privacy = Submission.Privacy.CONFIDENTIAL if self.contact() else Submission.Privacy.ANONYMOUS
        return {
            "channel": Submission.Channel.VISIT,
            "kind": data["kind"],
            "privacy": privacy,
            "story": data["story"],
            "is_about_staff": data["is_about_staff"],
            "is_oversight": data["is_about_staff"],
        }
