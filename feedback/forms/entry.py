"""One screen on which staff write down what somebody told them by phone, at the counter or on WhatsApp."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback.forms.tell import LONGEST_STORY, PhotosField, PlaceForm, SendForm
from feedback.models import Contact, Submission
from portal.shared.receipt import new_key
from services.models import Service

Channel = Submission.Channel
CHANNELS = (Channel.COUNTER, Channel.PHONE, Channel.WHATSAPP, Channel.LETTER, Channel.VISIT, Channel.EVENT)
KINDS = [choice for choice in Submission.Kind.choices if choice[0] != Submission.Kind.CORRECTION]
LONGEST_KEY = 100
NAMES_SHOWN = 4


class EntryForm(PlaceForm, SendForm):
    """The four pages of a resident on one, in the order in which somebody tells; the keyboard is enough."""

    channel = forms.ChoiceField(
        label=_("How did it come in?"),
        choices=[(one.value, one.label) for one in CHANNELS],
        widget=forms.Select(attrs={"autofocus": True}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, initial=Submission.Kind.UNDECIDED)
    story = forms.CharField(
        label=_("What happened?"),
        max_length=LONGEST_STORY,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("In the words of whoever tells it. Read it back to them before you save."),
        error_messages={
            "required": _("Write the story first, one sentence is enough"),
            "max_length": _("The story is very long. Shorten it to %(limit_value)d characters"),
        },
    )
    service = forms.CharField(
        label=_("About the service (may be skipped)"),
        required=False,
        max_length=200,
        help_text=_("Its code, or words of its name."),
        error_messages={"max_length": _("Write fewer words of its name.")},
    )
    photos = PhotosField(
        label=_("Photos (may be skipped)"), required=False, help_text=_("Three at most, sent by WhatsApp.")
    )
    is_about_staff = forms.BooleanField(
        label=_("It is about a member of staff: hidden from the unit of that person"), required=False
    )
    # Of this page: saved twice, it makes one case.
    form_key = forms.CharField(max_length=LONGEST_KEY, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"form_key": new_key()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        for name in ("website", "stamp", "point", "when"):
            del self.fields[name]
        labels = {
            "place_words": _("Where (may be skipped)"),
            "day": _("On which day (may be skipped)"),
            "privacy": _("What may others read?"),
            "wish": _("Where to send word (may be skipped)"),
            "phone": _("Phone or WhatsApp (may be skipped)"),
            "name": _("Name to call them by (may be skipped)"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
        for name in ("place_words", "privacy", "name"):
            self.fields[name].help_text = ""
        self.fields["privacy"].choices = Submission.Privacy.choices  # type: ignore[attr-defined]
        self.fields["wish"].choices = Contact.Wish.choices  # type: ignore[attr-defined]
        self.fields["privacy"].widget = forms.Select(choices=Submission.Privacy.choices)
        self.fields["wish"].widget = forms.Select(choices=[("", "–"), *Contact.Wish.choices])
        self.helper = FormHelper()
        self.helper.form_action = ""
        self.helper.attrs = {"novalidate": ""}
        self.helper.layout = Layout(
            Div(Field("channel"), Field("kind"), css_class="pair"),
            *("story", "service", "photos", "is_about_staff", "place_words"),
            Div(Field("rw"), Field("rt"), Field("day"), css_class="pair"),
            Div(Field("privacy"), Field("wish"), css_class="pair"),
            Div(Field("name"), Field("phone"), Field("email"), css_class="pair"),
            Field("form_key"),
            Submit("", str(_("Save and show the receipt")), css_class="default"),
        )

    def clean_service(self) -> Service | None:
        """The service of this code, or the only one with all of these words in its name."""
        typed = str(self.cleaned_data["service"])
        if not typed:
            return None
        published = Service.objects.published()
        if exact := published.filter(models.Q(code__iexact=typed) | models.Q(name__iexact=typed)).first():
            return exact
        for word in typed.split():
            published = published.filter(name__icontains=word)
        found = list(published.order_by("name")[: NAMES_SHOWN + 1])
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(_("No service is called so. Leave it empty if in doubt."), code="none")
        names = "; ".join(f"{one.name} ({one.code})" for one in found[:NAMES_SHOWN])
        raise ValidationError(
            _("Several are called so: %(names)s. Write the code of one."),
            code="several",
            params={"names": names},
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("wish") == Contact.Wish.PHONE and not data.get("phone") and not self.has_error("phone"):
            self.add_error("phone", ValidationError(_("Write the number to call"), code="missing"))
        return data

    def clean_privacy(self) -> str:
        return self.cleaned_data["privacy"] or Submission.Privacy.PUBLIC.value

    def columns(self) -> dict[str, Any]:
        """The columns of a case, as the wizard of residents fills them."""
        data = self.cleaned_data
        service = data["service"]
        is_about_staff = data["is_about_staff"]
        return {
            **{name: data[name] for name in ("channel", "kind", "privacy", "place_words", "rt", "rw")},
            "story": data["story"],
            "happened_on": data["day"],
            "service": service,
            "is_about_staff": is_about_staff,
            "is_oversight": is_about_staff,
            "about_unit": service.organization if service and is_about_staff else None,
        }
