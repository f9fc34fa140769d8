"""Letters with what is new: one a day or a week for each subscription, none where there is nothing, never twice.

The moment until which somebody has been told moves in the transaction that queues the letter, and only from where it
was read: a worker that dies goes on where it stopped, and two at once write one letter.
"""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django_tasks import task

from portal.shared.work.mail import queue_mail
from portal.subscriptions.asking import name_of_portal
from portal.subscriptions.gathering import Item, Reach, is_wanted, items_between
from portal.subscriptions.models import Subscription

KINDS: Final = ("wants_news", "wants_activities", "wants_answers")
# What was published a moment ago may not be visible yet: it is told tomorrow.
NOT_YET: Final = timedelta(minutes=1)
# After a long silence of the worker nobody wants to read the whole winter.
LONGEST: Final = timedelta(days=31)
MOST_OF_A_KIND: Final = 15
# One transaction: on SQLite everybody else who writes waits for it.
BATCH: Final = 50
PAGES: Final = {
    "wants_news": "services:news_list",
    "wants_activities": "outreach:events",
    "wants_answers": "feedback:answers",
}


@task()
def send_due() -> None:
    """Once a day."""
    send_all_due(timezone.now())


def send_all_due(at: datetime) -> int:
    """Queues every letter that is due; how many."""
    here = timezone.localtime(at)
    day = here.replace(hour=0, minute=0, second=0, microsecond=0)
    due = Subscription.objects.due(day, day - timedelta(days=day.weekday()))
    until, reach, sent, last = at - NOT_YET, Reach(), 0, 0
    earliest = due.aggregate(first=Min("told_until"))["first"]
    if earliest is None:
        return 0
    since = max(earliest, until - LONGEST)
    items = {language: told_in(language, since, until) for language, _name in settings.LANGUAGES}
    parents = "area__parent__parent__parent__parent"
    while batch := list(
        due.filter(pk__gt=last).select_related(parents).prefetch_related("topics").order_by("pk")[:BATCH]
    ):
        last = batch[-1].pk
        with transaction.atomic():
            sent += sum(send(one, wanted_by(one, items[one.language], reach), until) for one in batch)
    return sent


def told_in(language: str, since: datetime, until: datetime) -> list[Item]:
    with translation.override(language):
        return items_between(since, until)


def wanted_by(one: Subscription, items: list[Item], reach: Reach) -> list[Item]:
    kinds = frozenset(kind for kind in KINDS if getattr(one, kind))
    areas, topics = reach.of(one.area), frozenset(topic.pk for topic in one.topics.all())
    return [
        item
        for item in items
        if one.told_until is not None and item.at > one.told_until and is_wanted(item, kinds, areas, topics)
    ]


def send(one: Subscription, items: list[Item], until: datetime) -> bool:
    """Moves the moment until which they were told, and writes if there is anything to tell."""
    unchanged = Subscription.objects.filter(pk=one.pk, told_until=one.told_until, told_until__lt=until)
    if not unchanged.update(told_until=until) or not items:
        return False
    with translation.override(one.language):
        leave = settings.SITE_URL + reverse("subscriptions:leave", args=[one.leave_key])
        queue_mail(
            to=one.email,
            subject=subject_of(items)[:200],
            body=letter(one, items, leave),
            key=f"subscribe:{one.pk}:{until.isoformat()}",
            headers={
                "List-Unsubscribe": f"<{leave}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )
    return True


def subject_of(items: list[Item]) -> str:
    """One line, whatever an editor wrote; the newest first."""
    words = {"n": len(items) - 1, "name": name_of_portal(), "title": items[0].title}
    if len(items) == 1:
        return " ".join(f"{words['name']}: {words['title']}".split())
    return " ".join((gettext("%(name)s: %(title)s, and %(n)s more") % words).split())


def letter(one: Subscription, items: list[Item], leave: str) -> str:
    parts = [gettext("Good day,"), gettext("this is new at %(name)s.") % {"name": name_of_portal()}]
    for kind in KINDS:
        parts += chapter(kind, [item for item in items if item.kind == kind])
    if one.every == Subscription.Every.DAY:
        parts.append(gettext("You asked for these letters, one a day at most, only when something is new."))
    else:
        parts.append(gettext("You asked for these letters, one a week at most, only when something is new."))
    parts.append(
        gettext("You want no more of them? One press on this page ends them, and your address is erased:")
    )
    parts.append(leave)
    # The signature of mail, so that programs show it apart.
    return "\n\n".join(parts)


def chapter(kind: str, items: list[Item]) -> list[str]:
    """Its heading, a paragraph for each thing, and where the rest is read."""
    if not items:
        return []
    headings = {
        "wants_news": gettext("News"),
        "wants_activities": gettext("Activities"),
        "wants_answers": gettext("Answers, and what changed"),
    }
    title = headings[kind]
    parts = [f"{title}\n{'-' * len(title)}"]
    parts += [
        "\n".join(filter(None, [item.title, item.line, item.address])) for item in items[:MOST_OF_A_KIND]
    ]
    if len(items) > MOST_OF_A_KIND:
        words = {"n": len(items) - MOST_OF_A_KIND, "address": settings.SITE_URL + reverse(PAGES[kind])}
        parts.append(gettext("And %(n)s more, all of them here: %(address)s") % words)
    return parts
