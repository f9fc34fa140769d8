"""How an example comes about: by the verbs of the domain, each at the moment it would have been done."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.text import slugify

from outreach import attending, registering
from outreach.models import (
    AgendaItem,
    Campaign,
    Commitment,
    Event,
    EventRating,
    Minutes,
    Question,
    RemoteSite,
    Speaker,
    Target,
)
from outreach.models.opinion import UnderstandingSheet, self_made_code
from outreach.models.question import ask
from outreach.registering import Wish
from portal.shared.history import Remembered, recorded
from services.models import Area, Audience, Category, Location, Organization, Service

WHO = "contoh"
Noun = TypeVar("Noun", bound=Remembered)


class Maker:
    """Makes rows around one day, `today`; what names no time happened some weeks before it."""

    def __init__(self, at: datetime) -> None:
        self.now = at
        self.today = timezone.localtime(at).date()
        self.count = 0

    # Moments ------------------------------------------------------------

    def day(self, weeks: int, weekday: int = 5) -> date:
        """A weekday (0 is Monday): 0 the next one after today, 1 a week later; -1 the last one before today."""
        ahead = (weekday - self.today.weekday() - 1) % 7 + 1
        return self.today + timedelta(days=ahead, weeks=weeks)

    def moment(self, day: date, clock: str) -> datetime:
        naive = datetime.combine(day, time.fromisoformat(clock))
        return timezone.make_aware(naive, timezone.get_current_timezone())

    def before(self, day: date, days: int) -> datetime:
        """Nine in the morning some days before a day, and never later than now."""
        return min(
            self.moment(day - timedelta(days=days), "09:00"),
            self.now - timedelta(minutes=self.next() % 50 + 1),
        )

    def next(self) -> int:
        self.count += 1
        return self.count

    def key(self) -> str:
        return f"contoh-{self.now:%Y%m%d%H%M%S%f}-{self.next()}"

    # Rows that are there ------------------------------------------------------------

    def rows(self, model: type[models.Model], slugs: str) -> list[Any]:
        """Those of the named rows this portal has; data sets know different ones."""
        return list(model._default_manager.filter(slug__in=slugs.split()))

    def one(self, model: type[models.Model], slug: str) -> Any:
        return model._default_manager.filter(slug=slug).first()

    # Rows that are made ------------------------------------------------------------

    def keep(self, row: Noun, at: datetime | None = None, **related: Iterable[Any]) -> Noun:
        with recorded(row, verb="add", by=WHO, at=at or self.now):
            row.save()
            for name, others in related.items():
                getattr(row, name).set(others)
        return row

    def area(self, name: str, level: str, parent: Area | None) -> Area:
        slug = slugify(f"{parent.slug if parent else ''} {name}")[:80]
        found = Area.objects.filter(slug=slug).first()
        return found or self.keep(
            Area(name=name, level=level, parent=parent, slug=slug, source="contoh, untuk peragaan")
        )

    def organization(self, name: str, kind: str, area: Area | None = None) -> Organization:
        slug = slugify(name)[:80]
        found = Organization.objects.filter(slug=slug).first()
        return found or self.keep(
            Organization(name=name, kind=kind, slug=slug, area=area, source="contoh, untuk peragaan")
        )

    def campaign(
        self,
        title: str,
        *,
        slug: str,
        starts: date,
        ends: date,
        unit: Organization,
        targets: Iterable[Any],
        **facts: Any,
    ) -> Campaign:
        related = {name: facts.pop(name, ()) for name in ("audiences", "areas", "services")}
        campaign = Campaign(
            title=title, slug=slug, starts_on=starts, ends_on=ends, unit=unit, is_example=True, **facts
        )
        self.keep(campaign, self.before(starts, 10), **related)
        for measure, amount, *where in targets:
            audience = next((one for one in where if isinstance(one, Audience)), None)
            area = next((one for one in where if isinstance(one, Area)), None)
            Target.objects.create(
                campaign=campaign, measure=measure, amount=amount, audience=audience, area=area
            )
        campaign.publish(by=WHO, at=self.before(starts, 9))
        return campaign

    def event(
        self,
        title: str,
        *,
        slug: str,
        day: date,
        clock: tuple[str, str],
        kind: str,
        unit: Organization,
        agenda: Iterable[tuple[str, int]] = (),
        speakers: Iterable[tuple[str, str]] = (),
        sites: Iterable[Location] = (),
        **facts: Any,
    ) -> Event:
        """A published event, planned three weeks before its day."""
        related = {name: facts.pop(name, ()) for name in ("audiences", "areas", "services")}
        event = Event(
            title=title,
            slug=slug,
            kind=kind,
            unit=unit,
            starts_at=self.moment(day, clock[0]),
            ends_at=self.moment(day, clock[1]),
            is_example=True,
            **{"fee_words": "Gratis", "language_words": "Bahasa Indonesia"} | facts,
        )
        self.keep(event, self.before(day, 21), **related)
        for position, (part, minutes) in enumerate(agenda):
            AgendaItem.objects.create(event=event, position=position, title=part, minutes=minutes)
        for position, (name, function) in enumerate(speakers):
            Speaker.objects.create(event=event, position=position, name=name, function=function)
        for position, site in enumerate(sites):
            RemoteSite.objects.create(event=event, position=position, name=site.name, location=site)
        event.save()
        event.publish(by=WHO, at=self.before(day, 20))
        return event

    def parties(self, event: Event, sizes: Iterable[int], **wish: Any) -> list[Any]:
        """Parties that registered one after another; the first ones longest ago."""
        sizes = list(sizes)
        day = timezone.localtime(event.starts_at).date()
        made = []
        for number, size in enumerate(sizes):
            at = self.before(day, max(1, 14 - number * 13 // max(len(sizes), 1)))
            asked = Wish(
                nickname=f"Warga contoh {number + 1}", party_size=size, heard_from=heard(number), **wish
            )
            made.append(registering.register(event, asked, form_key=self.key(), at=at).registration)
        return made

    def held(
        self,
        event: Event,
        parties: Iterable[Any],
        *,
        walk_ins: Iterable[int] = (),
        heads: Mapping[tuple[str, str, bool], int] | None = None,
        **where: Any,
    ) -> None:
        """Those who came were ticked off, others walked in, heads were counted; then it was closed."""
        at = event.starts_at + timedelta(minutes=5)
        for party in parties:
            attending.tick(event, party, nonce=self.key(), at=at, by=None)
        for people in walk_ins:
            attending.walk_in(event, people, nonce=self.key(), at=at, by=None)
        if heads:
            attending.count_heads(
                event, heads, nonce=self.key(), at=at + timedelta(hours=1), by=None, **where
            )
        event.close(by=WHO, at=event.ends_at + timedelta(hours=1))

    def rated(self, event: Event, answers: Iterable[tuple[int, int, str]]) -> None:
        for useful, clear, missing in answers:
            said = {"usefulness": useful, "clarity": clear, "missing": missing}
            EventRating.take(event, said, form_key=self.key(), at=event.ends_at + timedelta(minutes=10))

    def understood(self, event: Event, answers: Iterable[tuple[int, int]]) -> None:
        """Sheets before and after of so many people, each with a code of their own: what they chose (1 is right)."""
        for number, (before, after) in enumerate(answers):
            code = self_made_code(f"contoh{number:02}")
            for phase, chosen, at in (("before", before, event.starts_at), ("after", after, event.ends_at)):
                said = {"phase": phase, "answers": [chosen]}
                UnderstandingSheet.take(event, said, form_key=self.key(), at=at, code=code)

    def asked(
        self, event: Event, text: str, answer: str = "", who: str = "", *, live: bool = False
    ) -> Question:
        """A question that was chosen, and answered if there are words for it."""
        day = timezone.localtime(event.starts_at).date()
        question, _is_new = ask(event, text, form_key=self.key(), at=self.before(day, 5))
        question.shortlist(text, by=WHO, at=self.before(day, 4))
        if answer:
            after = event.ends_at + timedelta(days=1) if live else self.before(day, 3)
            question.reply(answer, who=who, live=live, by=WHO, at=min(after, self.now))
        return question

    def minutes(self, event: Event, text: str, signed_by: str, days: int = 4) -> None:
        signed = event.ends_at + timedelta(days=days)
        minutes = Minutes(
            event=event, text=text, signed_by=signed_by, signed_on=timezone.localtime(signed).date()
        )
        self.keep(minutes, signed)
        minutes.publish(by=WHO, at=signed)

    def promise(
        self, event: Event, what: str, by_when: date, *, done: str = "", service: Service | None = None
    ) -> Commitment:
        at = event.ends_at + timedelta(days=4)
        promise = Commitment(
            what=what,
            unit=event.unit,
            by_when=by_when,
            event=event,
            campaign=event.campaign,
            service=service,
            is_example=True,
        )
        self.keep(promise, at)
        promise.publish(by=WHO, at=at)
        if done:
            promise.finish(done, by=WHO, at=min(self.now, self.moment(by_when, "10:00")))
        return promise

    def topic(self, slug: str) -> Category | None:
        return Category.objects.filter(slug=slug).first()


def heard(number: int) -> str:
    """Word of mouth first, as everywhere."""
    return ("rt-rw", "whatsapp", "teman", "rt-rw", "flyer", "posyandu", "whatsapp", "instagram")[number % 8]
