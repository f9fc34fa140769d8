"""Print at the desk: flyers and posters with their PDF, and print runs with the places their copies go to."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from outreach.admin.base import OutreachAdmin
from outreach.dropping import settle
from outreach.flyers import sheet_of
from outreach.models import Drop, Material, PrintRun
from outreach.views.printing import pdf_answer
from services.admin.base import Rows
from services.flyer import PAPERS
from services.views.service import portal_or_404

# Buttons over a print run; further places are in the list of places.
SHEETS_SHOWN = 8


def pdf_of(material: Material, drop: Drop | None = None) -> HttpResponse:
    name = slugify(f"{material} {drop.place_words if drop else ''}")[:60]
    pdf = sheet_of(material, portal_or_404(), at=timezone.now(), drop=drop)
    return pdf_answer(pdf, f"{name}-{PAPERS[material.kind]}.pdf")


class SheetAdmin(OutreachAdmin):
    """A noun with a PDF of its own, one button away."""

    change_form_template = "admin/outreach/event_form.html"

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_pdf"
        own = path("<path:object_id>/pdf/", self.admin_site.admin_view(self.pdf_view), name=name)
        return [own, *super().get_urls()]

    @method_decorator(require_safe)
    def pdf_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.sheet(self.row_in_reach(request, object_id))

    def sheet(self, row: Any) -> HttpResponse:
        raise NotImplementedError

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_pdf"
        doors = [(_("Sheet to print (PDF)"), reverse(name, args=[object_id]))]
        return super().change_view(request, object_id, form_url, {"doors": doors, **(extra_context or {})})


@admin.register(Material)
class MaterialAdmin(SheetAdmin):
    list_display = ("kind", "name", "campaign", "unit", "printed", "stayed")
    list_display_links = ("name",)
    list_filter = ("kind", ("campaign", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("event", "service", "campaign", "unit")
    search_fields = ("headline", "event__title", "service__name", "campaign__title")
    autocomplete_fields = ("event", "service", "campaign", "unit")
    open_choices = frozenset({"service"})
    fieldsets = (
        (
            None,
            {
                "fields": ("kind", "event", "service", "campaign", "headline", "unit"),
                "description": _(
                    "Its words come from the page it is about, so paper and page always agree. Put the page "
                    "right first, then print."
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        drops = Drop.objects.filter(run__material=models.OuterRef("pk")).out().order_by()
        stayed = drops.values("run__material").annotate(
            n=models.Sum(models.F("amount") - models.F("returned"))
        )
        return (
            super()
            .get_queryset(request)
            .annotate(n_printed=models.Sum("runs__amount"), n_stayed=models.Subquery(stayed.values("n")))
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Codes that lead to its page are on paper from the first print run on."""
        is_printed = obj is not None and obj.runs.exists()
        return ("kind", "event", "service", "campaign") if is_printed else ()

    def sheet(self, row: Material) -> HttpResponse:
        return pdf_of(row)

    @admin.display(description=_("about"))
    def name(self, row: Material) -> str:
        return row.headline or str(row.subject)

    @admin.display(description=_("printed"), ordering="n_printed")
    def printed(self, row: Any) -> int | None:
        return row.n_printed

    @admin.display(description=_("with people"), ordering="n_stayed")
    def stayed(self, row: Any) -> int | None:
        return row.n_stayed


class DropRowsForm(forms.BaseInlineFormSet):
    def clean(self) -> None:
        super().clean()
        rows = [form.cleaned_data for form in self.forms if form.is_valid() and form.cleaned_data]
        given = sum(
            (row.get("amount") or 0) - (row.get("returned") or 0) for row in rows if not row.get("DELETE")
        )
        if self.instance.amount is not None and given > self.instance.amount:
            raise ValidationError(
                _(
                    "The places would get %(given)d copies, but %(amount)d were printed. Make one number smaller."
                )
                % {"given": given, "amount": self.instance.amount},
                code="too_many",
            )


class DropRows(Rows):
    model = Drop
    formset = DropRowsForm
    fields = ("place_words", "area", "amount", "who", "dropped_on", "returned")
    autocomplete_fields = ("area",)
    verbose_name_plural = _("places: where the copies go")

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name == "area":
            # An RT is not founded beside a pile of flyers.
            field.widget.can_add_related = False
        return field


@admin.register(PrintRun)
class PrintRunAdmin(OutreachAdmin):
    list_display = ("printed_on", "material", "amount", "given", "left_shown")
    list_display_links = ("material",)
    list_filter = ("printed_on", ("material__campaign", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("material__event", "material__service", "material__campaign")
    search_fields = ("material__headline", "material__event__title", "material__campaign__title", "printer")
    autocomplete_fields = ("material",)
    change_form_template = "admin/outreach/event_form.html"
    inlines = (DropRows,)
    fieldsets = (
        (
            None,
            {
                "fields": ("material", "printed_on", "amount", "printer"),
                "description": _(
                    "Give each place a line below: it gets a code of its own, so that you see later which "
                    "place brought people. The buttons above hold the sheet to print for each place."
                ),
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("material",) if obj is not None and obj.drops.exists() else ()

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        drops = (
            Drop.objects.visible_to(request.user).filter(run__pk=object_id) if object_id.isdecimal() else ()
        )
        doors = [
            (
                _("PDF: %(place)s") % {"place": drop.place_words},
                reverse("admin:outreach_drop_pdf", args=[drop.pk]),
            )
            for drop in drops[:SHEETS_SHOWN]
        ]
        return super().change_view(request, object_id, form_url, {"doors": doors, **(extra_context or {})})

    def after_saving(self, instance: Any, form: Any) -> None:
        settle(instance)

    @admin.display(description=_("left"))
    def left_shown(self, row: PrintRun) -> int:
        return row.left
