from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from services.admin.base import Rows
from services.admin.confirmation import PROVENANCE, ConfirmationFilter, SourcedAdmin
from services.admin.fields import RupiahField
from services.admin.preview import PreviewAdmin
from services.admin.reach import may_correct
from services.admin.service_filters import ClosedFilter, FoundByWords, SectorFilter, UnitFilter
from services.admin.verbs import CLOSE, CONFIRM, PUBLISH, REOPEN, WITHDRAW
from services.models import Channel, Requirement, Service, ServiceAtLocation, Step

# Fieldset after which rows are shown, so that the page follows the order of the service standard.
AFTER_THE_SERVICE = 1
AFTER_THE_PUBLIC_PARTS = 2


class RequirementInline(Rows):
    model = Requirement
    fields = ("position", "text", "condition", "note")
    follows = AFTER_THE_SERVICE
    verbose_name_plural = _("1. Requirements: what to prepare")


class StepInline(Rows):
    model = Step
    fields = ("position", "title", "detail", "place")
    follows = AFTER_THE_SERVICE
    verbose_name_plural = _("2. Procedure: the steps, each beginning with a verb")


class CounterInline(Rows):
    model = ServiceAtLocation
    fields = ("position", "location", "counter", "note")
    autocomplete_fields = ("location",)
    show_change_link = True
    follows = AFTER_THE_PUBLIC_PARTS


class ChannelInline(Rows):
    model = Channel
    fields = ("position", "kind", "label", "value", "note")
    show_change_link = True
    follows = AFTER_THE_PUBLIC_PARTS


@admin.register(Service)
class ServiceAdmin(PreviewAdmin, FoundByWords, SourcedAdmin):
    list_display = ("status", "name", "fee", "turnaround", "confirmed")
    list_display_links = ("name",)
    list_filter = (
        "status",
        ConfirmationFilter,
        ClosedFilter,
        SectorFilter,
        "audiences",
        "scope",
        UnitFilter,
        ("fee_amount", admin.EmptyFieldListFilter),
        ("turnaround_value", admin.EmptyFieldListFilter),
    )
    saved_filters = (
        (_("Everything"), ""),
        (_("Drafts"), "status__exact=draft"),
        (_("Due for checking"), "status__exact=published&confirmed=due"),
        (_("Never confirmed"), "status__exact=published&confirmed=never"),
        (_("Closed for a time"), "closed=soon"),
        (_("Withdrawn"), "status__exact=withdrawn"),
    )
    search_fields = ("name", "short_name", "name_en", "code", "organization__name")
    autocomplete_fields = ("category", "organization", "areas")
    prepopulated_fields = {"code": ("short_name",), "slug": ("short_name",)}
    inlines = (RequirementInline, StepInline, CounterInline, ChannelInline)
    verbs = (PUBLISH, CONFIRM, CLOSE, REOPEN, WITHDRAW)
    readonly_fields = (
        *SourcedAdmin.readonly_fields,
        "status",
        "published_at",
        "withdrawn_reason",
        "closed_from",
        "closed_until",
        "closed_reason",
    )
    fieldsets = (
        (
            _("The service"),
            {
                "fields": (
                    "status",
                    "name",
                    "short_name",
                    "summary",
                    "category",
                    "audiences",
                    "organization",
                    "areas",
                    "code",
                    "slug",
                ),
                "description": _(
                    "The name begins with a verb, as a resident would say it. "
                    "Publish, withdraw and close with the buttons at the top of this page."
                ),
            },
        ),
        (
            _("3 to 6. Time, fee, what you get, complaints"),
            {
                "fields": (
                    "turnaround_value",
                    "turnaround_unit",
                    "turnaround_start",
                    "turnaround_note",
                    "fee_amount",
                    "fee_note",
                    "output",
                    "complaint_handling",
                ),
                "description": _(
                    "Together with requirements and procedure these are the six parts every resident sees. "
                    "Leave empty what is not stated: the page then says so. Never guess."
                ),
            },
        ),
        (_("Hours and contact in words"), {"fields": ("hours_note", "contact_note")}),
        (
            _("7 to 14. Parts for management"),
            {
                "fields": (
                    "legal_basis",
                    "facilities",
                    "staff_competence",
                    "supervision",
                    "staff_count",
                    "service_guarantee",
                    "safety_guarantee",
                    "performance_evaluation",
                ),
                "classes": ("collapse",),
                "description": _("The other eight parts of the service standard, shown folded on the page."),
            },
        ),
        (
            _("Decree of the standard"),
            {
                "fields": ("decree_number", "decree_date", "valid_from", "review_on"),
                "classes": ("collapse",),
                "description": _("The standard is reviewed at least once a year."),
            },
        ),
        PROVENANCE,
        (
            _("In English"),
            {"fields": ("name_en", "short_name_en", "summary_en"), "classes": ("collapse",)},
        ),
        (
            _("State"),
            {
                "fields": (
                    "published_at",
                    "withdrawn_reason",
                    "closed_from",
                    "closed_until",
                    "closed_reason",
                ),
                "classes": ("collapse",),
                "description": _("Written by the portal itself, here for reading only."),
            },
        ),
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "audiences":
            kwargs["widget"] = forms.CheckboxSelectMultiple
        elif db_field.name == "fee_amount":
            kwargs["form_class"] = RupiahField
        elif db_field.name in {"summary", "summary_en"}:
            kwargs["widget"] = forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What residents read is corrected by those who answer for it; everybody else works on drafts."""
        return super().has_change_permission(request, obj) and (obj is None or may_correct(request, obj))

    def view_on_site(self, obj: Service) -> str | None:
        """Only a published service has a public page to look at."""
        return super().view_on_site(obj) if obj.status == Service.Status.PUBLISHED else None

    @admin.display(description=_("fee"), ordering="fee_amount")
    def fee(self, row: Service) -> str:
        return row.fee_display

    @admin.display(description=_("turnaround"))
    def turnaround(self, row: Service) -> str:
        return row.turnaround_display
