"""Photos and papers as rows in the form of an activity.

Files are drawn and kept before the transaction of the form begins, because that takes a moment; if the form comes
back, or the row is not saved, they are removed again.
"""

from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outreach import uploads
from outreach.models import ConsultationPaper, EventDocument, EventPhoto
from portal.shared.templatetags.indonesia import short_date
from services.admin.base import Rows

KEEPERS: dict[str, Callable[[Any], uploads.Kept]] = {
    "photos": uploads.keep_photo,
    "documents": uploads.keep_paper,
    "papers": uploads.keep_paper,
}
MOST_AT_ONCE = 12


class StoredFile(forms.Widget):
    """What is there already: a look at it in place of a field to choose a file."""

    def __init__(self, row: EventPhoto | EventDocument) -> None:
        super().__init__()
        self.row = row

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        if isinstance(self.row, EventPhoto):
            stem = PurePosixPath(str(self.row.file.name)).stem
            url = reverse("outreach:event_photo_jpg", args=[stem])
            return format_html('<a href="{0}"><img class="desk-photo" src="{0}" alt=""></a>', url)
        url = reverse("outreach:event_paper", args=[self.row.pk])
        return format_html('<a href="{}">{}</a>', url, gettext("Look at it"))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> None:
        return None


class UploadForm(forms.ModelForm):
    # What became of the files of this request, by the name of their field; set by `UploadRows`.
    kept: dict[str, uploads.Kept | ValidationError]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            # A file is taken away with its row, never exchanged under the same words.
            field = self.fields["upload"]
            field.required, field.widget = False, StoredFile(self.instance)

    def clean_upload(self) -> Any:
        outcome = self.kept.get(self.add_prefix("upload"))
        if isinstance(outcome, ValidationError):
            raise outcome
        return outcome

    def save(self, commit: bool = True) -> Any:
        kept = self.cleaned_data.get("upload")
        if kept is not None:
            self.take(kept)
        return super().save(commit)

    def take(self, kept: uploads.Kept) -> None:
        self.instance.file = kept.name
        self.instance.added_at = timezone.now()


class PhotoForm(UploadForm):
    upload = forms.FileField(
        label=_("photo"),
        widget=forms.ClearableFileInput(attrs={"accept": "image/*"}),
        error_messages={"required": _("Choose a photo.")},
    )

    class Meta:
        model = EventPhoto
        fields = ("alt", "consent")

    def take(self, kept: uploads.Kept) -> None:
        super().take(kept)
        self.instance.width, self.instance.height = kept.width, kept.height


class PaperForm(UploadForm):
    upload = forms.FileField(
        label=_("PDF file"),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf"}),
        error_messages={"required": _("Choose a PDF file.")},
    )

    class Meta:
        model = EventDocument
        fields = ("title", "is_public")

    def take(self, kept: uploads.Kept) -> None:
        super().take(kept)
        self.instance.size = kept.size


class UploadRows(Rows):
    classes = ("collapse",)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form.kept = getattr(request, "kept_files", {})
        return formset

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Without the place for a file where none can be brought."""
        fields = super().get_fields(request, obj)
        may_bring = self.has_add_permission(request, obj) or self.has_change_permission(request, obj)
        return fields if may_bring else [name for name in fields if name != "upload"]


class PhotoRows(UploadRows):
    model = EventPhoto
    form = PhotoForm
    fields = ("upload", "alt", "consent", "added")
    readonly_fields = ("added",)
    verbose_name_plural = _("photos")

    @admin.display(description=_("added"))
    def added(self, row: EventPhoto) -> str:
        return short_date(row.added_at) if row.pk else gettext("not yet")


class PaperRows(UploadRows):
    model = EventDocument
    form = PaperForm
    fields = ("upload", "title", "is_public", "size_shown")
    readonly_fields = ("size_shown",)
    verbose_name_plural = _("papers to read on (PDF)")

    @admin.display(description=_("size"))
    def size_shown(self, row: EventDocument) -> str:
        return format_html("{} kB", max(1, row.size // 1024)) if row.pk else ""


class TakesFiles(admin.ModelAdmin):
    """Keeps the files of a sent form before its transaction, and removes them again if it came to nothing."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        files = self.keep_files(request) if request.method == "POST" else {}
        request.kept_files = files  # type: ignore[attr-defined]
        answer = None
        try:
            answer = super().changeform_view(request, object_id, form_url, extra_context)
        finally:
            if answer is None or answer.status_code != 302:
                for one in files.values():
                    if isinstance(one, uploads.Kept):
                        uploads.destroy(one.name)
        return answer

    def keep_files(self, request: HttpRequest) -> dict[str, uploads.Kept | ValidationError]:
        kept: dict[str, uploads.Kept | ValidationError] = {}
        if not self.has_change_permission(request):
            return kept
        for name, upload in request.FILES.items():
            keeper = KEEPERS.get(name.partition("-")[0])
            if keeper is None or not name.endswith("-upload"):
                continue
            try:
                if len(kept) >= MOST_AT_ONCE:
                    raise ValidationError(_("Too many files at once. Save these first."), code="many")
                kept[name] = keeper(upload)
            except ValidationError as refusal:
                kept[name] = refusal
        return kept

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        for row in getattr(formset, "deleted_objects", ()):
            if isinstance(row, EventPhoto | EventDocument | ConsultationPaper) and row.file:
                transaction.on_commit(partial(uploads.destroy, str(row.file.name)))
