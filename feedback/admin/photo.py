"""Photos at the desk: looked at, described, covered, released, taken away; each through its verb."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from feedback import pictures
from feedback.forms.photo import AltForm, CoverForm, ReleaseForm, RemoveForm
from feedback.models import Photo
from portal.shared import durable
from services.admin.restoring import HasHistory
from services.admin.verbs import Verb, VerbAdmin


def done(n: int) -> str:
    return ngettext("%(n)s photo: done.", "%(n)s photos: done.", n) % {"n": n}


RELEASE = Verb(
    name="release",
    right="change",
    label=_("Release the photo"),
    explanation=_("Everybody sees it on the public page of its case, once the case itself is released."),
    do=lambda photo, user, answers: photo.release(answers["alt"], by=user),
    done=done,
    suits=lambda photo: not photo.is_released,
    form=ReleaseForm,
)
TAKE_BACK = Verb(
    name="take_back",
    right="change",
    label=_("Take the photo back"),
    explanation=_("Only staff see it from now on. Pages kept by others show it for a minute more."),
    do=lambda photo, user, answers: photo.take_back(by=user),
    done=done,
    suits=lambda photo: photo.is_released,
    form=forms.Form,
)
DESCRIBE = Verb(
    name="describe",
    right="change",
    label=_("Say what it shows"),
    explanation=_("Colleagues and residents who cannot see the photo are told this sentence."),
    do=lambda photo, user, answers: photo.describe(answers["alt"], by=user),
    done=done,
    form=AltForm,
)
REMOVE = Verb(
    name="remove",
    right="change",
    label=_("Remove the photo for good"),
    explanation=_("For what nobody should keep. It cannot be brought back, not from history either."),
    do=lambda photo, user, answers: photo.remove(by=user, reason=answers["reason"]),
    done=done,
    form=RemoveForm,
)
# Who decides what everybody sees.
RELEASING = {"release", "take_back"}


@admin.register(Photo)
class PhotoAdmin(HasHistory, VerbAdmin):
    """Nothing of a photo is typed over: it is looked at here, and changed by its verbs."""

    verbs = (RELEASE, TAKE_BACK, DESCRIBE, REMOVE)
    list_display = ("__str__", "submission", "added_at", "covered_at", "is_released")
    list_filter = ("is_released",)
    list_select_related = ("submission",)
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    actions = None

    def get_urls(self) -> list[Any]:
        own = [
            path("<int:pk>/file/", self.guarded(require_safe(self.file_view)), name="feedback_photo_file"),
            path(
                "<int:pk>/cover/",
                self.guarded(require_http_methods(["GET", "HEAD", "POST"])(self.cover_view)),
                name="feedback_photo_cover",
            ),
        ]
        return [*own, *super().get_urls()]

    def guarded(self, view: Any) -> Any:
        return self.admin_site.admin_view(view)

    # Who may ----------------------------------------------------------------------------------------------

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Photos are found in their case."""
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Removing has a verb, which asks why."""
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(request.user).select_related("submission")

    def may(self, request: HttpRequest, verb: Verb) -> bool:
        if verb.name in RELEASING and not request.user.has_perm("feedback.release_submission"):
            return False
        return super().may(request, verb)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Each is looked at on its own."""
        return {}

    # One photo --------------------------------------------------------------------------------------------

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        photo = self.row_in_reach(request, object_id)
        if request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        return self.page(
            request,
            "photo.html",
            photo,
            verbs=self.verbs_for(request, photo),
            may_cover=self.has_change_permission(request, photo),
            title=gettext("Photo of %(case)s") % {"case": photo.submission},
        )

    def page(self, request: HttpRequest, template: str, photo: Photo, **more: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": photo,
            "photo": photo,
        }
        return TemplateResponse(request, f"admin/feedback/photo/{template}", context | more)

    def verb_page(
        self, request: HttpRequest, verb: Verb, rows: Any, form: forms.Form, back: str
    ) -> HttpResponse:
        page: Any = super().verb_page(request, verb, rows, form, back)
        page.template_name = "admin/feedback/photo/verb.html"
        page.context_data["photo"] = photo = rows.get()
        if "alt" in form.fields and not form.is_bound:
            form.initial["alt"] = photo.alt
        return page

    def verb_view(self, request: HttpRequest, object_id: str, verb: str) -> HttpResponse:
        photo = self.row_in_reach(request, object_id)
        answer = super().verb_view(request, object_id, verb)
        if answer.status_code == 302 and not Photo.objects.filter(pk=photo.pk).exists():
            return HttpResponseRedirect(
                reverse("admin:feedback_submission_change", args=[photo.submission_id])
            )
        return answer

    def file_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        photo = self.row_in_reach(request, str(pk))
        try:
            return HttpResponse(durable.read(photo.name), content_type="image/jpeg")
        except FileNotFoundError as missing:
            raise Http404 from missing

    def cover_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        photo = self.row_in_reach(request, str(pk))
        if not self.has_change_permission(request, photo):
            raise PermissionDenied
        columns, rows = pictures.grid(photo.width, photo.height)
        form = CoverForm(request.POST if request.method == "POST" else None, columns=columns, rows=rows)
        if form.is_bound and form.is_valid():
            try:
                photo.cover(form.cleaned_data["squares"], by=request.user)
            except ValidationError as refusal:
                form.add_error(None, ValidationError(refusal.messages))
            else:
                sentence = gettext("Covered for good. Look once more whether anybody can be recognised.")
                self.message_user(request, sentence, messages.SUCCESS)
                return HttpResponseRedirect(photo.desk_url)
        return self.page(
            request,
            "cover.html",
            photo,
            form=form,
            lines=form.lines(),
            title=gettext("Cover faces and plates"),
        )
