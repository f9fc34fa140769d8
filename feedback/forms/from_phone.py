"""The four pages of telling on one, for a phone without signal: shown by everybody's page, checked when it arrives."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from feedback.forms.tell import KindForm, PlaceForm, SendForm, StepForm, StoryForm
from feedback.models import Submission

ASKED = (
    "kind",
    "story",
    "is_about_staff",
    "place_words",
    "rw",
    "rt",
    "point",
    "when",
    "day",
    "privacy",
    "wish",
    "phone",
    "email",
    "name",
)


KEPT_PHOTOS = '{% include "feedback/_photos_on_phone.html" %}'


def folded(summary: str, *fields: Any) -> tuple[Any, ...]:
    """Fields that open when they are asked for; the script opens them where something in them is left to do."""
    head = format_html('<details class="more"><summary>{}</summary><div>', summary)
    return HTML(head), *fields, HTML("</div></details>")


class PhoneForm(forms.Form):
    """What a phone can ask by itself. It is sent nowhere: a script keeps it on the phone when asked to.

    Story, photo and place stand open; whoever is in the lane is asked for nothing else.
    """

    kind = KindForm.base_fields["kind"]
    story = StoryForm.base_fields["story"]
    is_about_staff = StoryForm.base_fields["is_about_staff"]
    photos = StoryForm.base_fields["photos"]
    place_words = PlaceForm.base_fields["place_words"]
    rw = PlaceForm.base_fields["rw"]
    rt = PlaceForm.base_fields["rt"]
    when = PlaceForm.base_fields["when"]
    day = PlaceForm.base_fields["day"]
    privacy = SendForm.base_fields["privacy"]
    wish = SendForm.base_fields["wish"]
    phone = SendForm.base_fields["phone"]
    email = SendForm.base_fields["email"]
    name = SendForm.base_fields["name"]
    website = StepForm.base_fields["website"]
    is_one_page = True
    cards = KindForm.cards

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["website"].label = _("Leave this empty")
        self.fields["kind"].initial = Submission.Kind.UNDECIDED.value
        self.fields["story"].widget.attrs.pop("maxlength", None)
        for name in ("rt", "rw"):
            self.fields[name].widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            Field("story"),
            Field("photos"),
            HTML(KEPT_PHOTOS),
            Field("place_words"),
            *folded(
                gettext("What kind of message is it? (may be skipped)"),
                Field("kind", template="feedback/_kind_cards.html"),
                Field("is_about_staff"),
            ),
            *folded(
                gettext("When, and in which RT? (may be skipped)"),
                Div(Field("rw"), Field("rt"), css_class="pair"),
                Field("when"),
                Field("day"),
            ),
            *folded(
                gettext("Who may read it, and where to send word? (may be skipped)"),
                Field("privacy"),
                Field("wish"),
                Field("phone"),
                Field("email"),
                Field("name"),
            ),
            Div(Field("website"), css_class="trap", aria_hidden="true"),
        )


class FromPhone:
    """What arrived from a phone, checked by the forms of the four pages and no others.

    `today` is the day on which it was written: “yesterday” means the day before that.
    """

    def __init__(self, data: QueryDict, *, today: date) -> None:
        self.kind = KindForm(data, about={})
        self.story = StoryForm(data, kind=data.get("kind", ""))
        self.place = PlaceForm(data, today=today)
        self.send: Any = SendForm(data)

    def problems(self) -> dict[str, list[str]]:
        """By the name of the field, in the words of the wizard; empty when a case can be made of it."""
        found: dict[str, list[str]] = {}
        for form in (self.kind, self.story, self.place, self.send):
            for name, errors in form.errors.items():
                found.setdefault(name, []).extend(map(str, errors))
        return found
