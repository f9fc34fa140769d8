"""News at the desk: written, seen as residents will see it, published; an emergency by whoever may stop everybody."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from services.admin.base import RecordedAdmin
from services.admin.fields import NativeMomentInput
from services.admin.verbs import Verb, WithdrawingForm
from services.models import News
from services.views.news import page_of, with_all_its_rows

PUBLISHES = "services.publish_news"
ALARMS = "services.publish_emergency_news"


def may_decide(user: Any, one: News) -> bool:
    """Whoever publishes news of their unit; what stands on every page takes a right of its own."""
    return bool(user.has_perm(PUBLISHES) and (not one.is_emergency or user.has_perm(ALARMS)))


def check_right(user: Any, one: News) -> None:
    if not may_decide(user, one):
        sentence = _("An emergency stands on every page: ask the coordinator to decide about it.")
        raise ValidationError(sentence, code="emergency")


def publish(one: News, user: Any, answers: dict[str, Any]) -> None:
    check_right(user, one)
    one.publish(by=user)


def withdraw(one: News, user: Any, answers: dict[str, Any]) -> None:
    check_right(user, one)
    one.withdraw(by=user, **answers)


PUBLISH = Verb(
    name="publish",
    right="publish",
    label=_("Publish"),
    explanation=_(
        "Residents read it from the moment it is shown from; an emergency stands on every page until its end."
    ),
    do=publish,
    done=lambda n: ngettext("%(n)s notice published.", "%(n)s notices published.", n) % {"n": n},
    suits=lambda row: not row.is_published,
)
WITHDRAW = Verb(
    name="withdraw",
    right="publish",
    label=_("Withdraw"),
    explanation=_("Residents no longer find this notice. Nothing is deleted; you can publish it again."),
    do=withdraw,
    done=lambda n: ngettext("%(n)s notice withdrawn.", "%(n)s notices withdrawn.", n) % {"n": n},
    suits=lambda row: row.is_published,
    form=WithdrawingForm,
)


class ShownFilter(admin.SimpleListFilter):
    title = _("on the notice board")
    parameter_name = "papan"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("draf", _("not published")), ("kini", _("shown now")), ("lewat", _("over"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        at = timezone.now()
        chosen = {
            "draf": lambda: queryset.filter(published_at=None),
            "kini": lambda: queryset.current(at),
            "lewat": lambda: queryset.past(at),
        }
        narrow = chosen.get(self.value() or "")
        return narrow() if narrow else queryset


@admin.register(News)
class NewsAdmin(RecordedAdmin):
    formfield_overrides: ClassVar[dict[type[models.Field], dict[str, Any]]] = {
        **RecordedAdmin.formfield_overrides,
        models.DateTimeField: {"form_class": forms.DateTimeField, "widget": NativeMomentInput},
    }
    list_display = ("state", "title", "kind", "unit", "shown_from", "shown_until")
    list_display_links = ("title",)
    list_filter = (ShownFilter, "kind", ("unit", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("unit",)
    saved_filters = (
        (_("Everything"), ""),
        (_("Shown now"), "papan=kini"),
        (_("Drafts"), "papan=draf"),
        (_("Over"), "papan=lewat"),
    )
    search_fields = ("title", "text")
    autocomplete_fields = ("unit", "category", "service", "location", "areas")
    prepopulated_fields = {"slug": ("title",)}
    verbs = (PUBLISH, WITHDRAW)
    fieldsets = (
        (
            None,
            {
                "fields": ("kind", "title", "text", "shown_from", "shown_until", "unit"),
                "description": _(
                    "What happens, from when to when, and what to do instead; three sentences are enough."
                ),
            },
        ),
        (
            _("What it is about"),
            {
                "fields": ("service", "location", "category", "areas"),
                "description": _("The page of the service or place shows the notice too."),
            },
        ),
        (_("More"), {"fields": ("title_en", "text_en", "slug", "is_example")}),
    )

    def get_urls(self) -> list[Any]:
        own = path(
            "<path:object_id>/preview/",
            self.admin_site.admin_view(require_safe(self.preview_view)),
            name="services_news_preview",
        )
        return [own, *super().get_urls()]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"shown_from": timezone.now(), **super().get_changeform_initial_data(request)}

    def get_readonly_fields(self, request: HttpRequest, obj: News | None = None) -> Any:
        """What stands on one page does not become what stands on every page without being published as that."""
        return ("kind",) if obj is not None and obj.is_published else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: News | None = None) -> Any:
        return super().get_prepopulated_fields(request, obj) if obj is None else {}

    def has_change_permission(self, request: HttpRequest, obj: News | None = None) -> bool:
        """What residents read is corrected by whoever may publish it; everybody else works on drafts."""
        may = super().has_change_permission(request, obj)
        return may and (obj is None or not obj.is_published or may_decide(request.user, obj))

    def view_on_site(self, obj: News) -> str | None:
        return obj.get_absolute_url() if obj.is_published and obj.shown_from <= timezone.now() else None

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        address = reverse("admin:services_news_preview", args=[object_id])
        extra = {"preview_url": address, "preview_label": _("Preview and text for WhatsApp")}
        return super().change_view(request, object_id, form_url, extra | (extra_context or {}))

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.row_in_reach(request, object_id)
        one = with_all_its_rows(News.objects.all()).get(pk=row.pk)
        context = page_of(one, timezone.now())
        context |= {"is_preview": True, "back": reverse("admin:services_news_change", args=[row.pk])}
        answer = TemplateResponse(request, "services/news_preview.html", context)
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    @admin.display(description=_("state"), ordering="published_at")
    def state(self, row: News) -> str:
        at = timezone.now()
        if not row.is_published:
            return pgettext("news", "draft")
        if row.is_over(at):
            return pgettext("news", "over")
        return pgettext("news", "shown") if row.shown_from <= at else pgettext("news", "to come")
