"""Two people with the same form open: the second is told what the first changed, instead of undoing it unseen.

A form carries the number of the newest change its reader has seen. Saving compares it, under a lock on the row,
with the newest there is.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from portal.shared.history import Change, noun_of
from services.admin.differences import explained
from services.admin.reach import KeepsWhatItNames

CHANGES_SHOWN = 10


def newest_change(model: type[models.Model], pk: Any) -> int:
    """The number of the newest change of a row; 0 when it was never changed at the desk."""
    changes = Change.objects.filter(noun=model._meta.label_lower, object_id=pk)
    return changes.aggregate(newest=models.Max("pk"))["newest"] or 0


class UnchangingNumber(forms.IntegerField):
    """Tells what the reader has seen; nothing an editor types."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class SeenForm(KeepsWhatItNames):
    """A form of one row that refuses to overwrite what its reader has not seen."""

    seen_change = UnchangingNumber(required=False, widget=forms.HiddenInput)
    # Set by `ConflictAdmin`, read before the row itself was.
    newest_before = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.missed: list[Any] = []
        self.fields["seen_change"].initial = self.newest_before

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk is not None:
            self.refuse_the_unseen(cleaned.get("seen_change") or 0)
        return cleaned

    def refuse_the_unseen(self, seen: int) -> None:
        model = type(self.instance)
        hold(self.instance)
        newest = newest_change(model, self.instance.pk)
        if newest == seen:
            return
        changes = Change.objects.filter(noun=noun_of(self.instance), object_id=self.instance.pk, pk__gt=seen)
        self.missed = explained(changes.order_by("-pk")[:CHANGES_SHOWN], {noun_of(self.instance): model})
        # Sent again, the form says that its reader has now seen these too.
        data: Any = self.data
        data = data.copy()
        data[self.add_prefix("seen_change")] = str(newest)
        self.data = data
        sentence = _(
            "Somebody saved this while you were typing. Nothing of yours is lost: compare below, "
            "put right what should differ, and save again."
        )
        self.add_error(None, ValidationError(sentence, code="conflict"))


def hold(row: models.Model) -> None:
    """Waits for whoever is saving the row now, and keeps others waiting until this saving has ended."""
    rows = type(row)._base_manager.select_for_update(no_key=True)
    rows.filter(pk=row.pk).values_list("pk", flat=True).first()


class ConflictAdmin(admin.ModelAdmin):
    form = SeenForm

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        # Read before the row: a change in between then counts as unseen.
        number = unquote(object_id) if object_id is not None else ""
        request.newest_before = newest_change(self.model, number) if number.isdecimal() else 0  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Without the hidden one, which stands in every form already."""
        return [one for one in super().get_fields(request, obj) if one != "seen_change"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.newest_before = getattr(request, "newest_before", 0)
        return form
