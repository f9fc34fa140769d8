"""Satisfaction surveys at the desk: their list, their own page with the follow-up plan, and their verbs."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from feedback.admin.survey_pages import SurveyPages
from feedback.models.follow_up import FollowUp
from feedback.models.survey import Survey
from feedback.models.survey_response import SurveyResponse
from services.admin.base import RecordedAdmin, Rows
from services.admin.verbs import Verb, WhyForm

State = Survey.State


class WhyWithdrawForm(WhyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("Later editors read this sentence; residents do not see it.")


OPEN = Verb(
    name="open",
    right="publish",
    label=_("Open"),
    explanation=_("Residents can answer from its first to its last day, and paper can be typed in."),
    do=lambda row, user, answers: row.open(by=user, at=timezone.now()),
    done=lambda n: ngettext("%(n)s survey opened.", "%(n)s surveys opened.", n) % {"n": n},
    suits=lambda row: row.state in {State.DRAFT, State.CLOSED},
)
CLOSE = Verb(
    name="close",
    right="publish",
    label=_("Close"),
    explanation=_("Residents can no longer answer; paper that is left can still be typed in."),
    do=lambda row, user, answers: row.close(by=user, at=timezone.now()),
    done=lambda n: ngettext("%(n)s survey closed.", "%(n)s surveys closed.", n) % {"n": n},
    suits=lambda row: row.state == State.OPEN,
)
PUBLISH = Verb(
    name="publish",
    right="publish",
    label=_("Publish the result"),
    explanation=_(
        "Everybody can read the result with its number of respondents. No answer can be added then."
    ),
    do=lambda row, user, answers: row.publish(by=user, at=timezone.now()),
    done=lambda n: ngettext("%(n)s result published.", "%(n)s results published.", n) % {"n": n},
    suits=lambda row: row.state == State.CLOSED,
)
WITHDRAW = Verb(
    name="withdraw",
    right="publish",
    label=_("Take the result back"),
    explanation=_("The result is no longer public, and answers can be put right."),
    do=lambda row, user, answers: row.withdraw(answers["reason"], by=user, at=timezone.now()),
    done=lambda n: ngettext("%(n)s result taken back.", "%(n)s results taken back.", n) % {"n": n},
    suits=lambda row: row.state == State.PUBLISHED,
    form=WhyWithdrawForm,
)


class FollowUpRows(Rows):
    model = FollowUp
    fields = ("element", "action", "who", "by_when", "status")


@admin.register(Survey)
class SurveyAdmin(SurveyPages, RecordedAdmin):
    list_display = ("state", "subject_shown", "period_shown", "closes_on", "respondents", "target_shown")
    list_display_links = ("subject_shown",)
    list_filter = ("state", ("unit", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("unit", "service")
    search_fields = ("unit__name", "service__name")
    inlines = (FollowUpRows,)
    verbs: ClassVar[tuple[Verb, ...]] = (OPEN, CLOSE, PUBLISH, WITHDRAW)
    saved_filters = (
        (_("Everything"), ""),
        (_("Open"), "state__exact=open"),
        (_("To be published"), "state__exact=closed"),
        (_("Published"), "state__exact=published"),
    )
    fieldsets = (
        (None, {"fields": ("unit", "service", "is_example")}),
        (
            _("Period"),
            {
                "fields": ("period", "opens_on", "closes_on"),
                "description": _("At least once a year. The result is called by the period of its last day."),
            },
        ),
        (_("Size and basis"), {"fields": ("population", "rule")}),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        counted = (
            SurveyResponse.objects.filter(survey=models.OuterRef("pk"))
            .order_by()
            .values("survey")
            .annotate(n=models.Count("pk"))
            .values("n")
        )
        rows = super().get_queryset(request)
        return rows.annotate(n_answers=Coalesce(models.Subquery(counted), 0))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What is published stays as it is, but for the plan; what has answers stays about whom it was."""
        if obj is None:
            return ()
        if obj.state == State.PUBLISHED:
            return ("unit", "service", "is_example", "period", "opens_on", "closes_on", "population", "rule")
        return ("unit", "service") if getattr(obj, "n_answers", 0) else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may: bool = super().has_delete_permission(request, obj)
        return may and (obj is None or obj.state == State.DRAFT)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        # Many at once would not ask each of them whether it is a draft.
        return {name: one for name, one in super().get_actions(request).items() if name != "delete_selected"}

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name == "population":
            field.widget.attrs["inputmode"] = "numeric"
        return field

    def view_on_site(self, obj: Any) -> str | None:
        return super().view_on_site(obj) if obj.state == State.PUBLISHED else None

    @admin.display(description=_("about"), ordering="unit__name")
    def subject_shown(self, row: Survey) -> str:
        return row.subject

    @admin.display(description=_("period"), ordering="closes_on")
    def period_shown(self, row: Survey) -> str:
        return row.period_words

    @admin.display(description=_("respondents"), ordering="n_answers")
    def respondents(self, row: Any) -> int:
        return int(row.n_answers)

    @admin.display(description=_("wanted at least"))
    def target_shown(self, row: Survey) -> int | None:
        return row.target
