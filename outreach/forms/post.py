"""Forms of the desk around a post: its channels, where it was published, what came of it, what a person decides."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.channel_rules import POST_CHANNELS
from outreach.models import Post, PostVersion
from outreach.models.post import ABOUT_ONE_THING
from outreach.models.post_version import RESULTS
from services.admin.conflict import SeenForm


class PostForm(SeenForm):
    """A new post is given its channels by ticking; afterwards each has its own words."""

    channels = forms.MultipleChoiceField(
        label=_("For which channels"),
        choices=POST_CHANNELS,
        initial=[channel for channel, _label in POST_CHANNELS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Each can have words and a picture of its own afterwards."),
    )

    class Meta:
        model = Post
        fields = "__all__"

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if sum(bool(cleaned.get(name)) for name in ("event", "service", "news")) > 1:
            raise ValidationError(ABOUT_ONE_THING, code="both")
        return cleaned


class PublishedForm(forms.Form):
    published_url = forms.URLField(
        label=_("Link to what was published"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("Copy it from the channel. Leave it empty where there is none, as in a WhatsApp group."),
    )
    published_at = forms.DateTimeField(
        label=_("When"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty: just now."),
    )

    def clean_published_url(self) -> str:
        url: str = self.cleaned_data["published_url"]
        if url and not url.startswith("https://"):
            raise ValidationError(_("Begin the link with https://."), code="not_https")
        return url

    def clean_published_at(self) -> datetime | None:
        moment: datetime | None = self.cleaned_data["published_at"]
        if moment is not None and moment > timezone.now():
            raise ValidationError(_("That moment has not come yet."), code="future")
        return moment


class ResultForm(forms.ModelForm):
    class Meta:
        model = PostVersion
        fields = (*RESULTS, "result_words")
        help_texts = {
            "people_reached": _(
                "As the channel shows it today. Leave empty what it does not show; 0 is a number."
            ),
        }


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Its writer and later editors read this sentence."),
        error_messages={"required": _("Say why, in one sentence.")},
    )


class SettleForm(forms.Form):
    """What somebody saw who looked at the channel."""

    verdict = forms.ChoiceField(
        label=_("Is it there?"),
        choices=[
            ("there", _("Yes, it is published there.")),
            ("not_there", _("No, it is not there: send it again.")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Look at the channel, then choose one.")},
    )
