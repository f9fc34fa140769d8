"""What waits for a person at the desk: piles of work in the order of a morning, each with its first rows.

One question for each pile, however long it is: a pile of more than a hundred rows is counted no further.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskResultStatus

from feedback.admin.queues import QUEUE, asked
from feedback.admin.words import due_words, gist
from portal.finding.piles import SOUGHT
from portal.outreach_piles import DECISIONS, FIELD_WORK
from portal.piles import COUNTED, SHOWN, SOON, Found, Line, Pile, found, listed, moment
from portal.shared.exchange.models import Import
from portal.shared.history import Change
from portal.shared.templatetags.indonesia import long_date
from portal.shared.work.job import Job
from services.admin.differences import noun_name, verb_name
from services.admin.reach import without_hidden
from services.models import Service
from services.models.service import ServiceQuerySet

MINE_LOOKED_AT = 100
SERVICES = "admin:services_service_changelist"
CASES = "admin:feedback_submission_changelist"


def services_of(user: Any) -> ServiceQuerySet:
    needed = ("name", "short_name", "summary", "checked_on", "closed_from", "closed_until", "status")
    rows: ServiceQuerySet = Service.objects.visible_to(user).only(*needed)
    return rows


def line_of(service: Service, note: str) -> Line:
    return Line(service.label, reverse("admin:services_service_change", args=[service.pk]), note)


# What each pile looks at ---------------------------------------------------------------------------------


def cases(queue: str) -> Callable[[Any, datetime], Found]:
    """The cases of a queue of the triage desk, first promised first."""

    def look(user: Any, at: datetime) -> Found:
        needed = ("number", "title", "story", "kind", "status", "due_on", "closed_at", "unit__name")
        rows = asked(QUEUE[queue], user, at).select_related("unit").only(*needed)[: COUNTED + 1]

        def as_line(case: Any) -> Line:
            unit = str(case.unit or gettext("no unit yet"))
            note = " · ".join(filter(None, (case.number, due_words(case, at), unit)))
            return Line(gist(case), reverse("admin:feedback_submission_change", args=[case.pk]), note)

        return found(rows, as_line)

    return look


def drafts(user: Any, at: datetime) -> Found:
    """Those the person began come first, then the newest."""
    begun = Change.objects.filter(by=user.pk, noun=Service._meta.label_lower, verb="add").order_by("-pk")
    mine = list(begun.values_list("object_id", flat=True)[:MINE_LOOKED_AT])
    rows = services_of(user).drafts().order_by("-pk")
    own = list(rows.filter(pk__in=mine)) if mine else []
    rest = list(rows.exclude(pk__in=[row.pk for row in own])[: COUNTED + 1 - len(own)])

    def as_line(service: Service) -> Line:
        notes = [gettext("You began it.")] if service in own else []
        if not service.summary:
            notes.append(gettext("The answer in one sentence is still missing."))
        return line_of(service, " ".join(notes))

    return found([*own, *rest], as_line)


def expired(user: Any, at: datetime) -> Found:
    rows = services_of(user).confirmation_expired(timezone.localtime(at).date()).order_by("checked_on", "pk")

    def as_line(service: Service) -> Line:
        return line_of(
            service, gettext("Last confirmed on %(date)s.") % {"date": long_date(service.checked_on)}
        )

    return found(rows[: COUNTED + 1], as_line)


def unconfirmed(user: Any, at: datetime) -> Found:
    rows = services_of(user).never_confirmed().order_by("pk")[: COUNTED + 1]
    return found(rows, lambda service: line_of(service, ""))


def closings(user: Any, at: datetime) -> Found:
    """Closed now or soon, whatever ends first on top: each asks “can we say when it opens again?”."""
    today = timezone.localtime(at).date()
    rows = services_of(user).closed_or_closing(today, today + SOON)[: COUNTED + 1]
    return found(rows, lambda service: line_of(service, closing_words(service, today)))


def closing_words(service: Service, today: date) -> str:
    if service.closed_from is not None and service.closed_from > today:
        return gettext("Closes on %(date)s.") % {"date": long_date(service.closed_from)}
    if service.closed_until is None:
        return gettext("Closed, and nobody has said until when.")
    if service.closed_until == today:
        return gettext("Today is the last day closed.")
    return gettext("Closed until %(date)s.") % {"date": long_date(service.closed_until)}


def failed_work(user: Any, at: datetime) -> Found:
    rows = Job.objects.filter(status=TaskResultStatus.FAILED).order_by("-finished_at")
    rows = rows.only("id", "task_path", "finished_at")[: COUNTED + 1]
    return found(
        rows, lambda job: Line(str(job), listed("admin:work_job_changelist")(), moment(job.finished_at))
    )


def latest_imports(user: Any, at: datetime) -> Found:
    rows = Import.objects.visible_to(user).order_by("-at", "-pk")
    rows = rows.only("file_name", "state", "at", "by_name", "noun")[:SHOWN]

    def as_line(run: Import) -> Line:
        note = ", ".join(filter(None, (run.get_state_display(), run.by_name, moment(run.at))))
        return Line(run.file_name, reverse("admin:exchange_import_change", args=[run.pk]), note)

    return found(rows, as_line)


def latest_changes(user: Any, at: datetime) -> Found:
    # Short links are made by themselves, three with each page: they would be all one sees.
    changes = Change.objects.exclude(noun="outreach.shortlink", verb="create")
    rows = without_hidden(changes.order_by("-at", "-pk").defer("before", "after"), user)[:SHOWN]

    def as_line(change: Change) -> Line:
        what = {
            "verb": verb_name(change.verb, change.noun),
            "noun": noun_name(change.noun),
            "name": change.object_name,
        }
        url = reverse("admin:shared_change_change", args=[change.pk])
        note = " · ".join(filter(None, (change.by_name, moment(change.at))))
        return Line(gettext("%(verb)s: %(noun)s %(name)s") % what, url, note)

    return found(rows, as_line)


DRAFTING = frozenset({"services.change_service", "services.publish_service"})
CHECKING = frozenset({"services.confirm_service", "services.change_service", "shared.view_change"})

TAKES_IN = frozenset({"feedback.verify_submission"})
ANSWERS = frozenset({"feedback.answer_submission"})

PILES = (
    Pile(
        name="cases-late",
        title=_("Promised for today or earlier"),
        explanation=_("We told these residents that they would have an answer by now."),
        nothing=_("No promised answer is due today, none is late."),
        rights=frozenset({"feedback.view_submission"}),
        url=listed(CASES, "?queue=due"),
        look=cases("due"),
    ),
    Pile(
        name="cases-new",
        title=_("New cases"),
        explanation=_("Just came in: read them, and pass each to the unit that has to answer."),
        nothing=_("Every case has been read."),
        rights=TAKES_IN,
        url=listed(CASES, "?queue=new"),
        look=cases("new"),
    ),
    Pile(
        name="cases-mine",
        title=_("My cases"),
        explanation=_("You handle these."),
        nothing=_("You handle no case now."),
        rights=ANSWERS,
        url=listed(CASES, "?queue=mine"),
        look=cases("mine"),
    ),
    Pile(
        name="cases-unit",
        title=_("Cases of my unit"),
        explanation=_("Passed to your unit, which has to answer them."),
        nothing=_("No case lies with your unit."),
        rights=ANSWERS,
        url=listed(CASES, "?queue=unit"),
        look=cases("unit"),
    ),
    Pile(
        name="cases-reopened",
        title=_("Reopened cases"),
        explanation=_("The resident says: not yet."),
        nothing=_("No case was opened again."),
        rights=ANSWERS,
        url=listed(CASES, "?queue=reopened"),
        look=cases("reopened"),
    ),
    Pile(
        name="corrections",
        title=_("Corrections of pages"),
        explanation=_("Somebody noticed a mistake on a page of the catalogue."),
        nothing=_("Nobody reported a mistake on a page."),
        rights=ANSWERS,
        url=listed(CASES, "?queue=corrections"),
        look=cases("corrections"),
    ),
    Pile(
        name="cases-to-erase",
        title=_("Asked to be erased"),
        explanation=_(
            "These residents want their case forgotten: erase it, or tell them why it has to stay."
        ),
        nothing=_("Nobody waits to be forgotten."),
        rights=TAKES_IN,
        url=listed(CASES, "?queue=forget"),
        look=cases("forget"),
    ),
    Pile(
        name="cases-waiting",
        title=_("Waiting for residents"),
        explanation=_("We asked them something; the clock stands still."),
        nothing=_("No case waits for a resident."),
        rights=ANSWERS,
        url=listed(CASES, "?queue=waiting"),
        look=cases("waiting"),
    ),
    *FIELD_WORK,
    *DECISIONS,
    Pile(
        name="failed-work",
        title=_("Background work that failed"),
        explanation=_("Mail or an import did not get through."),
        nothing=_("No background work has failed."),
        rights=frozenset({"work.view_job"}),
        url=listed("admin:work_job_changelist"),
        look=failed_work,
    ),
    SOUGHT,
    Pile(
        name="drafts",
        title=_("Drafts"),
        explanation=_("Written down, but residents do not see them yet."),
        nothing=_("No draft is waiting."),
        rights=DRAFTING,
        url=listed(SERVICES, "?status__exact=draft"),
        look=drafts,
    ),
    Pile(
        name="expired",
        title=_("Due for checking"),
        explanation=_("The unit confirmed these services more than twelve months ago."),
        nothing=_("No confirmation is older than twelve months."),
        rights=CHECKING,
        url=listed(SERVICES, "?status__exact=published&confirmed=due"),
        look=expired,
    ),
    Pile(
        name="unconfirmed",
        title=_("Never confirmed"),
        explanation=_("Residents read “example, not confirmed yet” on these pages."),
        nothing=_("Every published service has been confirmed by its unit."),
        rights=CHECKING,
        url=listed(SERVICES, "?status__exact=published&confirmed=never"),
        look=unconfirmed,
    ),
    Pile(
        name="closings",
        title=_("Closed for a time"),
        explanation=_("Closed now or within a week. Can we say when they open again?"),
        nothing=_("Every service is open as usual."),
        rights=frozenset({"services.view_service"}),
        url=listed(SERVICES, "?closed=soon"),
        look=closings,
    ),
    Pile(
        name="imports",
        title=_("Latest imports"),
        explanation=_(
            "Files that came in. An import can be undone as long as nobody has worked on its rows."
        ),
        nothing=_("No file has been imported yet."),
        rights=frozenset({"exchange.view_import", "exchange.add_import"}),
        url=listed("admin:exchange_import_changelist"),
        look=latest_imports,
        is_counted=False,
    ),
    Pile(
        name="changes",
        title=_("Latest changes"),
        explanation=_("What was done at the desk, newest first."),
        nothing=_("Nothing has been changed yet."),
        rights=frozenset({"shared.view_change"}),
        url=listed("admin:shared_change_changelist"),
        look=latest_changes,
        is_counted=False,
    ),
)


def queue_of(user: Any, at: datetime) -> list[tuple[Pile, Found]]:
    """The piles that concern a person, with what is in them at that moment."""
    return [(pile, pile.look(user, at)) for pile in PILES if pile.concerns(user)]
