"""Minutes at the desk: what was said and agreed, who signed, and the button that shows them to everybody."""

from django.contrib import admin
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from outreach.admin.base import OutreachAdmin
from outreach.models import Minutes
from portal.shared.templatetags.indonesia import short_date
from services.admin.verbs import Verb

PUBLISH = Verb(
    name="publish",
    right="publish",
    label=_("Publish"),
    explanation=_(
        "Everybody reads them on the page of the activity. Name no resident who did not agree to it."
    ),
    do=lambda row, user, answers: row.publish(by=user),
    done=lambda n: (
        ngettext("Minutes of %(n)s activity published.", "Minutes of %(n)s activities published.", n)
        % {"n": n}
    ),
    suits=lambda row: row.published_at is None,
)
WITHDRAW = Verb(
    name="withdraw",
    right="publish",
    label=_("Withdraw"),
    explanation=_("They are no longer on the page of the activity. Nothing is deleted."),
    do=lambda row, user, answers: row.withdraw(by=user),
    done=lambda n: (
        ngettext("Minutes of %(n)s activity withdrawn.", "Minutes of %(n)s activities withdrawn.", n)
        % {"n": n}
    ),
    suits=lambda row: row.published_at is not None,
)


@admin.register(Minutes)
class MinutesAdmin(OutreachAdmin):
    list_display = ("public", "event", "signed_on")
    list_display_links = ("event",)
    list_filter = (("published_at", admin.EmptyFieldListFilter), ("signed_on", admin.EmptyFieldListFilter))
    list_select_related = ("event",)
    search_fields = ("event__title", "text")
    autocomplete_fields = ("event",)
    verbs = (PUBLISH, WITHDRAW)
    fieldsets = (
        (
            None,
            {
                "fields": ("event", "text", "signed_by", "signed_on", "has_no_promises"),
                "description": _(
                    "What was said, what was agreed. Promises are written on the page of the activity, each "
                    "with who and by when."
                ),
            },
        ),
    )

    @admin.display(description=_("public since"), ordering="published_at")
    def public(self, row: Minutes) -> str:
        return short_date(row.published_at) or gettext("not yet")
