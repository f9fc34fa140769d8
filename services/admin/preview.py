"""A service's page as residents would read it, drawn from what the desk has stored, before anybody else sees it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from services.admin.reach import WithinReach
from services.models import Service
from services.views.service import page_of, portal_or_404, with_all_its_rows

SAVE_AND_PREVIEW = "_preview"


class PreviewAdmin(WithinReach, admin.ModelAdmin):
    """Adds the page “preview” and the button “Save and preview” to the desk of services."""

    def get_urls(self) -> list[Any]:
        own = path(
            "<path:object_id>/preview/",
            self.admin_site.admin_view(require_safe(self.preview_view)),
            name="services_service_preview",
        )
        return [own, *super().get_urls()]

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.row_in_reach(request, object_id)
        service = with_all_its_rows(Service.objects.all()).get(pk=row.pk)
        context = page_of(service, portal_or_404(), timezone.now())
        context |= {"is_preview": True, "back": reverse("admin:services_service_change", args=[row.pk])}
        answer = TemplateResponse(request, "services/service_preview.html", context)
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        address = reverse("admin:services_service_preview", args=[object_id])
        extra = {"preview_url": address, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, extra)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        answer = super().response_add(request, obj, post_url_continue)
        return self.to_preview(request, obj) or answer

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self.to_preview(request, obj) or super().response_change(request, obj)

    def to_preview(self, request: HttpRequest, obj: Service) -> HttpResponse | None:
        if SAVE_AND_PREVIEW not in request.POST:
            return None
        return HttpResponseRedirect(reverse("admin:services_service_preview", args=[obj.pk]))
