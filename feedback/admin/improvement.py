"""You said, we did: pairs of a voice and what changed, written at the desk and published by a button."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from feedback.models import Improvement
from portal.shared.templatetags.indonesia import short_date
from services.admin.base import RecordedAdmin
from services.admin.verbs import Verb

PUBLISH = Verb(
    name="publish",
    right="publish",
    label=_("Publish"),
    explanation=_("Everybody reads it on the home page and in the list of what changed."),
    do=lambda row, user, answers: row.publish(by=user),
    done=lambda n: ngettext("%(n)s improvement published.", "%(n)s improvements published.", n) % {"n": n},
    suits=lambda row: row.published_at is None,
)
WITHDRAW = Verb(
    name="withdraw",
    right="publish",
    label=_("Withdraw"),
    explanation=_("Nobody but staff reads it from now on."),
    do=lambda row, user, answers: row.withdraw(by=user),
    done=lambda n: ngettext("%(n)s improvement withdrawn.", "%(n)s improvements withdrawn.", n) % {"n": n},
    suits=lambda row: row.published_at is not None,
)


@admin.register(Improvement)
class ImprovementAdmin(RecordedAdmin):
    list_display = ("public", "voice", "result", "happened_on", "service")
    list_display_links = ("voice",)
    list_filter = (("published_at", admin.EmptyFieldListFilter), "is_example")
    list_select_related = ("service",)
    search_fields = ("voice", "result", "service__name")
    autocomplete_fields = ("service", "submissions")
    verbs = (PUBLISH, WITHDRAW)
    fieldsets = (
        (
            None,
            {
                "fields": ("voice", "result", "happened_on", "service", "submissions", "is_example"),
                "description": _("What residents said, and what changed because of it. Names nobody."),
            },
        ),
    )

    def has_change_permission(self, request: HttpRequest, obj: Improvement | None = None) -> bool:
        """What everybody reads is changed by those who may publish it."""
        may = super().has_change_permission(request, obj)
        is_public = obj is not None and obj.published_at is not None
        return may and (not is_public or request.user.has_perm("feedback.publish_improvement"))

    @admin.display(description=_("public"), ordering="published_at")
    def public(self, row: Improvement) -> str:
        return short_date(row.published_at) or gettext("not yet")
