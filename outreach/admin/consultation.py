"""Consultations at the desk: the document in parts, the questions, the forum, what was heard; decisions as buttons."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from outreach.admin.base import NativeMomentInput, OutreachAdmin, Parts
from outreach.admin.event_filters import MineFilter
from outreach.admin.upload_rows import TakesFiles, UploadForm, UploadRows
from outreach.consulted import lay_out_steps
from outreach.models import (
    Commitment,
    Consultation,
    ConsultationPaper,
    ConsultationQuestion,
    ConsultationSection,
    Finding,
    ForumStep,
    ParticipantGroup,
)
from outreach.models.consulting import Course
from portal.shared.templatetags.indonesia import short_date
from services.admin.base import Rows
from services.admin.verbs import Verb, WhyForm, WithdrawingForm

AFTER_DOCUMENT, AFTER_FORUM, AFTERWARDS = 2, 3, 4


def course_of(row: Consultation) -> Course:
    return row.course(timezone.now())


class ProlongForm(WithdrawingForm):
    closes_at = forms.DateTimeField(
        label=_("Closes"),
        widget=NativeMomentInput,
        error_messages={"required": _("Choose day and hour."), "invalid": _("Choose day and hour.")},
    )
    field_order = ("closes_at", "reason")

    @classmethod
    def beginning(cls, row: Consultation) -> dict[str, Any]:
        return {"closes_at": row.closes_at}


PUBLISH = Verb(
    name="publish",
    right="publish",
    label=_("Publish"),
    explanation=_("Everybody can read it from now on, and write to it from the moment it opens."),
    do=lambda row, user, answers: row.publish(by=user),
    done=lambda n: ngettext("%(n)s consultation published.", "%(n)s consultations published.", n) % {"n": n},
    suits=lambda row: row.published_at is None,
)
CLOSE = Verb(
    name="close",
    right="publish",
    label=_("Close now"),
    explanation=_("Nobody can write from now on; paper that is left can still be written down."),
    do=lambda row, user, answers: row.close(answers["reason"], by=user),
    done=lambda n: ngettext("%(n)s consultation closed.", "%(n)s consultations closed.", n) % {"n": n},
    suits=lambda row: course_of(row) == Course.OPEN,
    form=WithdrawingForm,
)
PROLONG = Verb(
    name="prolong",
    right="publish",
    label=_("Give more time"),
    explanation=_("It stays open longer, or opens again."),
    do=lambda row, user, answers: row.prolong(answers["closes_at"], answers["reason"], by=user),
    done=lambda n: (
        ngettext("%(n)s consultation open longer.", "%(n)s consultations open longer.", n) % {"n": n}
    ),
    suits=lambda row: course_of(row) in (Course.OPEN, Course.CLOSED),
    form=ProlongForm,
)
WITHDRAW = Verb(
    name="withdraw",
    right="publish",
    label=_("Withdraw"),
    explanation=_("Nobody but staff reads it from now on. Not possible once people have taken part."),
    do=lambda row, user, answers: row.withdraw(answers["reason"], by=user),
    done=lambda n: ngettext("%(n)s consultation withdrawn.", "%(n)s consultations withdrawn.", n) % {"n": n},
    suits=lambda row: course_of(row) in (Course.COMING, Course.OPEN),
    form=WithdrawingForm,
)
PUBLISH_RESULT = Verb(
    name="publish_result",
    right="publish",
    label=_("Publish the result"),
    explanation=_("Everybody reads what was heard, what changed, and what did not and why."),
    do=lambda row, user, answers: row.publish_result(by=user),
    done=lambda n: ngettext("%(n)s result published.", "%(n)s results published.", n) % {"n": n},
    suits=lambda row: course_of(row) == Course.CLOSED,
)
WITHDRAW_RESULT = Verb(
    name="withdraw_result",
    right="publish",
    label=_("Take the result back"),
    explanation=_("The result is no longer public and can be put right."),
    do=lambda row, user, answers: row.withdraw_result(answers["reason"], by=user),
    done=lambda n: ngettext("%(n)s result taken back.", "%(n)s results taken back.", n) % {"n": n},
    suits=lambda row: course_of(row) == Course.RESULT,
    form=WhyForm,
)


class SectionRows(Parts):
    model = ConsultationSection
    fields = ("position", "title", "text")
    follows = AFTER_DOCUMENT


class AskedRows(Parts):
    model = ConsultationQuestion
    fields = ("position", "text", "choices")
    max_num = 3
    follows = AFTER_DOCUMENT


class StepRows(Parts):
    model = ForumStep
    fields = ("position", "stage", "title", "done_on")
    follows = AFTER_FORUM


class GroupRows(Parts):
    model = ParticipantGroup
    fields = ("kind", "words", "people")
    follows = AFTER_FORUM


class FindingRows(Parts):
    model = Finding
    fields = ("position", "heard", "outcome", "changed", "why")
    follows = AFTERWARDS


class PaperForm(UploadForm):
    upload = forms.FileField(
        label=_("PDF file"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf"}),
    )

    class Meta:
        model = ConsultationPaper
        fields = ("kind", "title", "kept_at", "people", "is_public")

    def take(self, kept: Any) -> None:
        self.instance.file, self.instance.size = kept.name, kept.size

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        # The file is no field of this form, so the constraint cannot ask.
        is_here = self.instance.file or data.get("upload") or self.has_error("upload")
        if not is_here and not data.get("kept_at"):
            raise ValidationError(_("Add the file, or say where the paper is kept."), code="nowhere")
        return data


class ConsultationPaperRows(UploadRows):
    model = ConsultationPaper
    form = PaperForm
    fields = ("upload", "kind", "title", "people", "kept_at", "is_public", "size_shown")
    readonly_fields = ("size_shown",)
    verbose_name_plural = _("papers (PDF), also the signed attendance list")

    @admin.display(description=_("size"))
    def size_shown(self, row: ConsultationPaper) -> str:
        return format_html("{} kB", max(1, row.size // 1024)) if row.pk and row.size else ""


class PromiseRows(Rows):
    model = Commitment
    fields = ("what", "unit", "who", "by_when")
    follows = AFTERWARDS
    verbose_name_plural = _("promises made because of it")


@admin.register(Consultation)
class ConsultationAdmin(TakesFiles, OutreachAdmin):
    list_display = ("stands", "title", "from_to", "unit")
    list_display_links = ("title",)
    list_filter = (MineFilter, "kind", "is_forum", ("unit", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("unit",)
    search_fields = ("title", "title_en", "unit__name")
    autocomplete_fields = ("unit", "category", "services")
    raw_id_fields = ("events",)
    open_choices = frozenset({"campaign", "events", "services"})
    prepopulated_fields = {"slug": ("title",)}
    inlines = (
        SectionRows,
        AskedRows,
        StepRows,
        GroupRows,
        FindingRows,
        ConsultationPaperRows,
        PromiseRows,
    )
    verbs = (PUBLISH, CLOSE, PROLONG, WITHDRAW, PUBLISH_RESULT, WITHDRAW_RESULT)
    one_at_a_time = frozenset({PROLONG.name})
    change_form_template = "admin/outreach/event_form.html"
    fieldsets = (
        (
            _("What it is about"),
            {
                "fields": (
                    *("title", "kind", "level", "changes", "who", "use", "opens_at", "closes_at"),
                    *("unit", "campaign", "category", "audiences", "services", "events", "slug"),
                ),
                "description": _(
                    "Residents read first what changes for them, until when, and who may take part. Publish, close "
                    "and publish the result with the buttons at the top of this page."
                ),
            },
        ),
        (
            _("The document and the questions"),
            {"fields": (), "description": _("Read on the page, part by part.")},
        ),
        (
            _("As a public consultation forum"),
            {
                "fields": ("is_forum", "minutes", "signed_by", "signed_on"),
                "description": _(
                    "A forum hears at least three groups, ends with minutes both sides have signed, and keeps its "
                    "attendance list. The usual steps are written down when you save."
                ),
            },
        ),
        (_("What came of it"), {"fields": ("result",)}),
        (_("In English"), {"fields": ("title_en", "is_example"), "classes": ("collapse",)}),
    )

    @admin.display(description=_("stands"))
    def stands(self, row: Consultation) -> str:
        course = course_of(row)
        look = {Course.COMING: "draft", Course.OPEN: "now", Course.CLOSED: "late"}.get(course, course.value)
        return format_html('<span class="desk-phase desk-phase--{}">{}</span>', look, course.label)

    @admin.display(description=_("open"), ordering="closes_at")
    def from_to(self, row: Consultation) -> str:
        return f"{short_date(row.opens_at)} – {short_date(row.closes_at)}"

    def after_saving(self, instance: Any, form: forms.ModelForm) -> None:
        super().after_saving(instance, form)
        lay_out_steps(instance, by=None)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may: bool = super().has_delete_permission(request, obj)
        # What people said in it belongs to them too.
        return may and (obj is None or not obj.responses.exists())

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        doors = []
        if object_id.isdecimal() and request.user.has_perm("outreach.view_consultationresponse"):
            doors.append(
                (_("Said in the consultation"), reverse("outreach:officer_consultation", args=[object_id]))
            )
        return super().change_view(request, object_id, form_url, {"doors": doors, **(extra_context or {})})

    def view_on_site(self, obj: Consultation) -> str | None:
        return super().view_on_site(obj) if obj.published_at else None
