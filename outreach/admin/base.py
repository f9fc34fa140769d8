"""What the desk's pages of outreach have in common: moments from the phone's own picker, buttons that begin filled."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.auth import get_permission_codename
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext

from services.admin.base import NativePickers, RecordedAdmin, Rows
from services.admin.fields import NativeMomentInput
from services.admin.verbs import Verb

# What the answers of a verb carry back: the rows that it made.
MADE = "made"


class NativeMoments(NativePickers):
    formfield_overrides: ClassVar[dict[type[models.Field], dict[str, Any]]] = {
        **NativePickers.formfield_overrides,
        models.DateTimeField: {"form_class": forms.DateTimeField, "widget": NativeMomentInput},
    }

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if db_field.name == "audiences":
            kwargs["widget"] = forms.CheckboxSelectMultiple
        elif db_field.name == "summary":
            kwargs["widget"] = forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"})
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class Parts(Rows):
    """Rows that are nothing without their parent: whoever may write the parent may write them."""

    def may(self, request: HttpRequest, *verbs: str) -> bool:
        opts = self.parent_model._meta
        names = (f"{opts.app_label}.{get_permission_codename(verb, opts)}" for verb in verbs)
        return any(request.user.has_perm(name) for name in names)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "view", "add", "change")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "add", "change")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "add", "change")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "add", "change")


class OutreachAdmin(NativeMoments, RecordedAdmin):
    """A noun of outreach at the desk.

    `open_choices` are relations to rows of any unit; `one_at_a_time` names verbs that make no sense for many rows.
    """

    change_list_template = "admin/outreach/change_list.html"
    # Pages that show the same rows in another way: label, and the name of the address.
    other_pages: ClassVar[tuple[tuple[Any, str], ...]] = ()
    open_choices: ClassVar[frozenset[str]] = frozenset()
    one_at_a_time: ClassVar[frozenset[str]] = frozenset()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        pages = [(label, reverse(name)) for label, name in self.other_pages]
        return super().changelist_view(request, {"other_pages": pages, **(extra_context or {})})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whoever may only look is not told how to write."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [
            (name, {key: said for key, said in options.items() if key != "description"})
            for name, options in fieldsets
        ]

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> models.QuerySet | None:
        if db_field.name in self.open_choices:
            every: models.QuerySet = db_field.remote_field.model._default_manager.all()
            return every
        return super().get_field_queryset(db, db_field, request)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        return {name: one for name, one in actions.items() if name not in self.one_at_a_time}

    def ask_and_do(
        self, request: HttpRequest, verb: Verb, rows: models.QuerySet, data: Any, back: str
    ) -> HttpResponse | None:
        """A form may have a `beginning` for one row: what it shows before anything is typed."""
        beginning = getattr(verb.form, "beginning", None)
        if data is None and beginning is not None and verb.form is not None:
            row = rows.first()
            form = verb.form(None, initial=beginning(row) if row else {})
            return self.verb_page(request, verb, rows, form, back)
        return super().ask_and_do(request, verb, rows, data, back)

    def do(self, request: HttpRequest, verb: Verb, rows: models.QuerySet, answers: dict[str, Any]) -> None:
        super().do(request, verb, rows, answers)
        made: Sequence[Any] = answers.get(MADE, ())
        if made:
            opts = made[0]._meta
            page = f"admin:{opts.app_label}_{opts.model_name}_change"
            links = format_html_join(
                ", ", '<a href="{}">{}</a>', ((reverse(page, args=[r.pk]), r) for r in made)
            )
            self.message_user(request, format_html("{} {}", gettext("Open:"), links), messages.INFO)
