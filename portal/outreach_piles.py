"""What waits for a person of outreach: activities of this week, what is not ready, what is still owed afterwards."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outreach.admin.event_filters import coming, of_my_units, without_minutes
from outreach.models import Commitment, Event, EventRating, Post, Question, Round
from outreach.models.deciding import Decision
from portal.field.piles import FROM_PHONES
from portal.piles import COUNTED, SOON, Found, Line, Pile, found, listed, moment
from portal.post_piles import POST_PILES
from portal.shared.templatetags.indonesia import long_date

EVENTS = "admin:outreach_event_changelist"
EVENT = "admin:outreach_event_change"
PROMISES = "admin:outreach_commitment_changelist"
NEEDED = ("title", "starts_at", "ends_at", "place_words", "location__name", "decision", "taken", "capacity")


def events_of(user: Any) -> Any:
    rows = of_my_units(Event.objects.visible_to(user), user)
    return rows.select_related("location").only(*NEEDED)


def this_week(user: Any, at: datetime) -> Found:
    """Those going on or beginning within a week, at whose doors this person may stand."""
    rows = coming(events_of(user), at).filter(starts_at__lt=at + SOON).order_by("starts_at", "pk")

    def as_line(event: Event) -> Line:
        seats = f"{event.taken} / {event.capacity}" if event.capacity is not None else str(event.taken)
        words = gettext("%(seats)s registered") % {"seats": seats}
        note = " · ".join(filter(None, (moment(event.starts_at), event.place, words)))
        return Line(event.title, reverse("outreach:door", args=[event.pk]), note)

    return found(rows[: COUNTED + 1], as_line)


def not_ready(user: Any, at: datetime) -> Found:
    """Drafts that residents should have been able to find by now."""
    rows = events_of(user).filter(decision=Decision.DRAFT, starts_at__gt=at, starts_at__lt=at + 2 * SOON)

    def as_line(event: Event) -> Line:
        note = gettext("Begins on %(date)s, and nobody can find it yet.") % {
            "date": long_date(timezone.localdate(event.starts_at))
        }
        return Line(event.title, reverse(EVENT, args=[event.pk]), note)

    return found(rows.order_by("starts_at", "pk")[: COUNTED + 1], as_line)


def unreported(user: Any, at: datetime) -> Found:
    rows = without_minutes(events_of(user), at).order_by("ends_at", "pk")

    def as_line(event: Event) -> Line:
        note = gettext("It was on %(date)s.") % {"date": long_date(timezone.localdate(event.starts_at))}
        return Line(event.title, reverse(EVENT, args=[event.pk]), note)

    return found(rows[: COUNTED + 1], as_line)


def overdue(user: Any, at: datetime) -> Found:
    today = timezone.localtime(at).date()
    rows = of_my_units(Commitment.objects.visible_to(user), user).overdue(today).select_related("unit")

    def as_line(promise: Commitment) -> Line:
        words = gettext("Promised for %(date)s.") % {"date": long_date(promise.by_when)}
        url = reverse("admin:outreach_commitment_change", args=[promise.pk])
        return Line(promise.what, url, f"{words} {promise.unit}")

    return found(rows.order_by("by_when", "pk")[: COUNTED + 1], as_line)


def unread_questions(user: Any, at: datetime) -> Found:
    rows = of_my_units(Question.objects.visible_to(user), user, "event__unit")
    rows = rows.filter(state=Question.State.NEW).select_related("event").order_by("asked_at", "pk")

    def as_line(question: Question) -> Line:
        url = reverse("outreach:event_questions", args=[question.event_id])
        return Line(question.text[:120], url, str(question.event))

    return found(rows[: COUNTED + 1], as_line)


def unread_comments(user: Any, at: datetime) -> Found:
    """What people wrote with their ratings, the oldest first."""
    rows = of_my_units(EventRating.objects.visible_to(user), user, "event__unit").unread()
    rows = rows.select_related("event").order_by("at", "pk")

    def as_line(comment: EventRating) -> Line:
        url = reverse("admin:outreach_eventrating_change", args=[comment.pk])
        return Line(comment.missing[:120], url, str(comment.event))

    return found(rows[: COUNTED + 1], as_line)


def to_approve(user: Any, at: datetime) -> Found:
    """Posts somebody else has written: nobody approves their own."""
    rows = Post.objects.visible_to(user).filter(state=Post.State.ASKED)
    rows = rows.exclude(written_by=user.pk).exclude(changed_by=user.pk).order_by("planned_at", "pk")

    def as_line(post: Post) -> Line:
        note = gettext("Planned for %(when)s") % {"when": moment(post.planned_at)} if post.planned_at else ""
        return Line(post.title, reverse("admin:outreach_post_kit", args=[post.pk]), note)

    return found(rows[: COUNTED + 1], as_line)


def my_rounds(user: Any, at: datetime) -> Found:
    rows = Round.objects.walked_by(user).going_on(timezone.localtime(at).date()).order_by("ends_on", "pk")

    def as_line(one: Round) -> Line:
        note = gettext("until %(date)s") % {"date": long_date(one.ends_on)}
        return Line(one.title, one.get_absolute_url(), note)

    return found(rows[: COUNTED + 1], as_line)


FIELD_WORK = (
    Pile(
        name="events-week",
        title=_("My activities this week"),
        explanation=_("Going on or beginning within seven days; each opens its door page."),
        nothing=_("No activity of yours takes place this week."),
        rights=frozenset({"outreach.check_in_event"}),
        url=listed(EVENTS, "?when=week&mine=1"),
        look=this_week,
    ),
    Pile(
        name="rounds-mine",
        title=_("My rounds"),
        explanation=_("Home visits you walk now."),
        nothing=_("No round of home visits is yours now."),
        rights=frozenset({"outreach.add_visit"}),
        url=listed("outreach:officer_start"),
        look=my_rounds,
    ),
    Pile(
        name="questions-new",
        title=_("Questions not read yet"),
        explanation=_(
            "Residents asked them before or at an activity; nobody sees them before you have read them."
        ),
        nothing=_("Every question has been read."),
        rights=frozenset({"outreach.moderate_question"}),
        url=listed("outreach:door_events"),
        look=unread_questions,
    ),
    Pile(
        name="comments-new",
        title=_("Comments not read yet"),
        explanation=_("What people wrote after an activity; nobody sees it before somebody shows it."),
        nothing=_("Every comment has been read."),
        rights=frozenset({"outreach.release_eventrating"}),
        url=listed("admin:outreach_eventrating_changelist", "?read_at__isempty=1&mine=1"),
        look=unread_comments,
    ),
)
DECISIONS = (
    Pile(
        name="promises-late",
        title=_("Promises overdue"),
        explanation=_("Everybody reads that they are late: say what was done, or why it is not possible."),
        nothing=_("No promise is overdue."),
        rights=frozenset({"outreach.keep_commitment"}),
        url=listed(PROMISES, "?due=late&mine=1"),
        look=overdue,
    ),
    FROM_PHONES,
    Pile(
        name="events-unready",
        title=_("Soon, and still a draft"),
        explanation=_("Begins within two weeks, but residents cannot find it yet."),
        nothing=_("No draft begins within two weeks."),
        rights=frozenset({"outreach.change_event"}),
        url=listed(EVENTS, "?when=draft&mine=1"),
        look=not_ready,
    ),
    Pile(
        name="minutes-missing",
        title=_("Over, without minutes"),
        explanation=_("Those who came, and those who could not, wait to read what was agreed."),
        nothing=_("Every activity has its minutes."),
        rights=frozenset({"outreach.publish_minutes"}),
        url=listed(EVENTS, "?when=unreported&mine=1"),
        look=unreported,
    ),
    Pile(
        name="posts-asked",
        title=_("Posts to approve"),
        explanation=_("Somebody wrote them; a second person says yes before they go out."),
        nothing=_("No post waits for approval."),
        rights=frozenset({"outreach.approve_post"}),
        url=listed("admin:outreach_post_changelist", "?state__exact=asked"),
        look=to_approve,
    ),
    *POST_PILES,
)
