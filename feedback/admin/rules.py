"""The rules of the desk as data: deadlines, suggestions, beginnings of answers, sensitive topics, working days."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from feedback.models import (
    AnswerTemplate,
    DeadlineRule,
    SensitiveCategory,
    Submission,
    TriageRule,
    UnitCalendar,
)
from services.admin.base import RecordedAdmin
from services.admin.fields import DaysField

ANY_KIND = [("", _("any kind")), *Submission.Kind.choices]


class KindOfCase(RecordedAdmin):
    """Rules whose kind is one of the cases', or any."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "kind":
            return forms.ChoiceField(label=db_field.verbose_name, choices=ANY_KIND, required=False)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("kind"), ordering="kind")
    def kind_shown(self, row: Any) -> str:
        return str(dict(ANY_KIND).get(row.kind, row.kind))


@admin.register(DeadlineRule)
class DeadlineRuleAdmin(KindOfCase):
    list_display = ("kind_shown", "nature", "category", "unit", "verify_days", "answer_days", "source")
    list_display_links = ("kind_shown",)
    list_filter = ("nature",)
    list_select_related = ("category", "unit")
    search_fields = ("source", "kind", "unit__name", "category__name")
    autocomplete_fields = ("category", "unit")
    fieldsets = (
        (
            None,
            {
                "fields": ("kind", "nature", "category", "unit", "verify_days", "answer_days", "source"),
                "description": _(
                    "Working days, counted from the day after receipt. The most exact rule that fits is copied "
                    "onto each new case; what has been promised stays promised."
                ),
            },
        ),
    )


@admin.register(TriageRule)
class TriageRuleAdmin(RecordedAdmin):
    list_display = ("words_shown", "service", "rw", "category", "unit", "is_active")
    list_display_links = ("words_shown",)
    list_filter = ("is_active",)
    list_select_related = ("service", "category", "unit")
    search_fields = ("words", "service__name", "category__name", "unit__name")
    autocomplete_fields = ("service", "category", "unit")
    fieldsets = (
        (
            None,
            {
                "fields": ("words", "service", "rw", "category", "unit", "position", "is_active"),
                "description": _(
                    "When a case speaks of this, the clerk is shown that, with the reason. "
                    "Nothing is ever decided or refused by a rule."
                ),
            },
        ),
    )

    @admin.display(description=_("when it speaks of"), ordering="words")
    def words_shown(self, row: TriageRule) -> str:
        return row.words or gettext("(no words)")


@admin.register(AnswerTemplate)
class AnswerTemplateAdmin(KindOfCase):
    list_display = ("title", "kind_shown", "category")
    list_select_related = ("category",)
    search_fields = ("title", "text")
    autocomplete_fields = ("category",)
    fields = ("title", "text", "kind", "category")


@admin.register(SensitiveCategory)
class SensitiveCategoryAdmin(RecordedAdmin):
    list_display = ("category", "reason")
    list_select_related = ("category",)
    search_fields = ("category__name", "reason")
    autocomplete_fields = ("category",)
    fields = ("category", "reason")


@admin.register(UnitCalendar)
class UnitCalendarAdmin(RecordedAdmin):
    list_display = ("unit", "days", "works_on_collective_leave")
    list_select_related = ("unit",)
    search_fields = ("unit__name",)
    autocomplete_fields = ("unit",)
    fields = ("unit", "days", "works_on_collective_leave")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "days":
            return DaysField(label=db_field.verbose_name, initial="12345")
        return super().formfield_for_dbfield(db_field, request, **kwargs)
