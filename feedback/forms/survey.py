"""The questionnaire and the code that opens it, one form for each screen."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Field, Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from feedback.models.survey import Survey
from feedback.models.survey_invitation import is_code_written_right
from feedback.questionnaire import AS_ASKED, AgeBand, Education, Job, Sex
from feedback.satisfaction import LIST_ORDER
from portal.shared.receipt import new_key
from services.models import Service

LONGEST_KEY = 100
SERVICES_OFFERED = 60
ANSWER_CHANGED = _("Choose one of the answers, or skip the question")
TOO_OLD = _("This page was open for too long. Press Send once more, your answers are still here")

TOO_MANY = _(
    "Many answers came from this place just now. Wait %(n)s minutes and press Send again, your answers are still here"
)


class CodeForm(forms.Form):
    """Asks for the code of an invitation, in the body of the request and never in the address."""

    code = forms.CharField(
        label=_("Your code"),
        help_text=_("9 letters and digits, for example 7KQ2-M4XT-P."),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": _("Type the code from your letter or slip of paper")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        self.helper.add_input(Submit("", gettext("Continue")))

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not is_code_written_right(code):
            raise ValidationError(_("One of the letters does not fit. Look at the code again"), code="slip")
        return code

    def refuse_as_old(self) -> None:
        sentence = _("This page was open for too long. Press Continue once more, your code is still here")
        self.add_error(None, ValidationError(sentence, code="old"))

    def refuse(self) -> None:
        """The same sentence for a code nobody has, one that is used up and one whose survey has ended."""
        sentence = _("This code no longer opens anything: it was used already, or the survey has ended")
        self.add_error("code", ValidationError(sentence, code="unknown"))


def about_field(label: Any, choices: type[models.TextChoices]) -> forms.ChoiceField:
    empty = pgettext_lazy("nothing said", "I would rather not say")
    return forms.ChoiceField(label=label, choices=[("", empty), *choices.choices], required=False)


def services_of(survey: Survey) -> list[tuple[str, str, int]]:
    """What a respondent may have used; nothing to choose when the survey is about one service, or about too many."""
    if survey.service_id is not None:
        return []
    rows = Service.objects.published().filter(organization=survey.unit_id).order_by("name")
    found = list(rows.values_list("slug", "name", "pk")[: SERVICES_OFFERED + 1])
    return found if len(found) <= SERVICES_OFFERED else []


class SurveyForm(forms.Form):
    """Nine questions in the order of the official questionnaire, each of which may be skipped."""

    form_key = forms.CharField(required=False, max_length=LONGEST_KEY, widget=forms.HiddenInput)
    code = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    service = forms.ChoiceField(label=_("Which service did you use?"), required=False)
    sex = about_field(_("You are"), Sex)
    age_band = about_field(_("Your age"), AgeBand)
    education = about_field(_("Your last school"), Education)
    job = about_field(_("Your job"), Job)

    def __init__(self, survey: Survey, *args: Any, action: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.survey = survey
        for number, element in enumerate(AS_ASKED, start=1):
            choices = [(value, words) for value, words in enumerate(element.answers, start=1)]
            self.fields[element.key] = forms.TypedChoiceField(
                label=format_html("{}. {}", number, element.question),
                choices=[*choices, ("", _("Skip"))],
                widget=forms.RadioSelect,
                coerce=int,
                empty_value=None,
                required=False,
                # Nothing is chosen beforehand, skipping neither.
                initial=0,
                error_messages={"invalid_choice": ANSWER_CHANGED},
            )
        self.services = services_of(survey)
        if self.services:
            offered = [
                ("", _("Another one, or several")),
                *((slug, name) for slug, name, _pk in self.services),
            ]
            self.fields["service"].choices = offered  # type: ignore[attr-defined]
        else:
            del self.fields["service"]
        self.fields["form_key"].initial = new_key
        self.helper = FormHelper()
        self.helper.form_action = action
        self.helper.attrs = {"novalidate": ""}
        about = [name for name in ("service", "sex", "age_band", "education", "job") if name in self.fields]
        self.helper.layout = Layout(
            "form_key",
            "code",
            *(Field(element.key, wrapper_class="scale") for element in AS_ASKED),
            HTML(
                format_html(
                    "<h2>{}</h2><p class='hint'>{}</p>",
                    gettext("About you (may be skipped)"),
                    gettext("Shown only as counts, and never for fewer than 5 people."),
                )
            ),
            *about,
        )
        self.helper.add_input(Submit("", gettext("Send now")))

    @property
    def key(self) -> str:
        """The key of this form: a second sending of it is the same answer."""
        typed = self["form_key"].value()
        return str(typed)[:LONGEST_KEY] if typed else new_key()

    @property
    def answers(self) -> dict[str, int | None]:
        return {key: self.cleaned_data.get(key) for key in LIST_ORDER}

    @property
    def about(self) -> dict[str, Any]:
        named = {name: self.cleaned_data.get(name, "") for name in ("sex", "age_band", "education", "job")}
        chosen = self.cleaned_data.get("service")
        service = next((pk for slug, _name, pk in self.services if slug == chosen), None)
        return {**named, "service_id": service or self.survey.service_id}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.get(key) is not None for key in LIST_ORDER):
            raise ValidationError(_("Choose one answer first; one is enough"), code="empty")
        return cleaned
