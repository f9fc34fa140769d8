"""The name for one certificate: typed for this sheet, kept nowhere."""

from django import forms
from django.utils.translation import gettext_lazy as _

from outreach.certificate import LONGEST_NAME
from outreach.forms.registration import OneScreen


class CertificateForm(OneScreen):
    """Somebody may want another name on paper than the one to be called by, or a sheet for each of a party."""

    button = _("Make the certificate")
    name = forms.CharField(
        label=_("Name on the certificate"),
        help_text=_(
            "Write it as on your identity card, if the certificate is for work or school. We do not keep it."
        ),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
        error_messages={
            "required": _("Write the name that shall stand on it"),
            "max_length": _("Shorten the name to %(limit_value)d characters"),
        },
    )
