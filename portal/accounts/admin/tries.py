"""Whom the door keeps waiting after wrong tries, and letting them try again."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.admin.colleague import ReasonForm
from portal.accounts.models import Tries
from portal.shared.templatetags.indonesia import clock
from services.admin.verbs import Verb, VerbAdmin

LET_TRY_AGAIN = Verb(
    name="let_try_again",
    right="change",
    label=_("Let them try again now"),
    explanation=_(
        "Ends the waiting for this name and this place. Make sure that it is really your colleague who asks: "
        "somebody may be guessing their password."
    ),
    do=lambda row, user, answers: row.lift(by=user, at=timezone.now(), **answers),
    done=lambda n: ngettext("%(n)s wait ended.", "%(n)s waits ended.", n) % {"n": n},
    form=ReasonForm,
)


@admin.register(Tries)
class TriesAdmin(VerbAdmin):
    """Of the last quarter of an hour; by itself the door opens again at the time shown."""

    verbs: ClassVar[tuple[Verb, ...]] = (LET_TRY_AGAIN,)
    list_display = ("__str__", "how_many", "door")
    search_fields = ("username",)
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-attempt_time",)
    change_form_template = "accounts/desk/tries.html"
    fields = ("account", "how_many", "door")

    @admin.display(description=_("account"))
    def account(self, row: Tries) -> str:
        return str(row)

    @admin.display(description=_("wrong tries"), ordering="failures_since_start")
    def how_many(self, row: Tries) -> str:
        number = row.failures_since_start
        words = ngettext(
            "%(n)s wrong try, the latest at %(time)s", "%(n)s wrong tries, the latest at %(time)s", number
        )
        return words % {"n": number, "time": clock(row.attempt_time)}

    @admin.display(description=_("door"))
    def door(self, row: Tries) -> str:
        if not row.is_locked(timezone.now()):
            return gettext("may try again")
        return gettext("must wait until %(time)s") % {"time": clock(row.ends_at)}

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        tries: Any = super().get_queryset(request)
        return tries.recent(timezone.now())

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("auth.view_user")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def may(self, request: HttpRequest, verb: Verb) -> bool:
        return request.user.has_perm("auth.change_user")
