"""A campaign with everything a document counts, drawn with a fixed seed, as rows: quick to make, awkward on purpose."""

from datetime import date, timedelta
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

from outreach.models import (
    Attendance,
    Campaign,
    Drop,
    Event,
    EventRating,
    HeadCount,
    HeadCountSheet,
    Invitation,
    LinkCount,
    Material,
    Post,
    PostVersion,
    PrintRun,
    Registration,
    Round,
    RoundArea,
    ShortLink,
    Target,
    UnderstandingSheet,
    Visit,
)
from outreach.models.deciding import Decision
from outreach.models.opinion import AfterUse
from tests.builders import EVENT_AT, make_area, make_audience, make_campaign, make_event, make_location

# After the last activity but one, which is still to come.
AT = EVENT_AT + timedelta(days=60)
CHANNELS = ("whatsapp", "flyer", "rt-rw", "")
OUTCOMES = Visit.Outcome.values


class World:
    """`campaign` with six activities, and another with one, whose rows must not be counted."""

    def __init__(self, seed: int = 7) -> None:
        self.chance, self.keys = Random(seed), count(1)
        self.rws = [make_area(f"RW 0{n}", level="rw") for n in (1, 2)]
        self.rts = [
            make_area(f"RT 00{n}", level="rt", parent=rw) for n, rw in enumerate([*self.rws, self.rws[0]])
        ]
        self.audiences = [make_audience(name) for name in ("Lansia", "Perempuan", "Semua")]
        for audience, slug in zip(self.audiences, ("lansia", "perempuan", "semua"), strict=True):
            type(audience).objects.filter(pk=audience.pk).update(slug=slug)
            audience.slug = slug
        self.campaign = make_campaign(budget=None, spent=7_500_000)
        self.other = make_campaign("Yang lain")
        hall = make_location(area=self.rts[2])
        old, women, everybody = self.audiences
        self.events = [
            self.event(0, audiences=[old], areas=[self.rts[0]]),
            self.event(3, audiences=[old, women], areas=[self.rws[1]]),
            self.event(9, audiences=[everybody], areas=self.rws),
            self.event(12, location=hall, place_words=""),
            self.event(20, audiences=[women], decision=Decision.CANCELLED),
            self.event(90, audiences=[women], areas=[self.rws[0]]),
            self.event(1, campaign=self.other, audiences=[old], areas=[self.rws[0]]),
        ]
        for event in self.events:
            self.people(event)
            self.said(event)
        for campaign in (self.campaign, self.other):
            self.doors(campaign)
            self.paper(campaign)
            self.posts(campaign)
        for measure, audience, area in (
            ("came", None, None),
            ("came", old, self.rws[1]),
            ("registered", women, None),
            ("events", None, self.rws[0]),
            ("homes_met", None, self.rws[0]),
            ("homes_visited", None, None),
            ("flyers", None, self.rws[0]),
            ("posts", None, None),
            ("scans", None, self.rws[1]),
        ):
            Target.objects.create(
                campaign=self.campaign, measure=measure, audience=audience, area=area, amount=50
            )

    def key(self) -> str:
        return f"dunia-{next(self.keys)}"

    def event(self, days: int, decision: str = "", **facts: Any) -> Event:
        campaign = facts.pop("campaign", self.campaign)
        event = make_event(
            f"Kegiatan {days}", campaign=campaign, starts_at=EVENT_AT + timedelta(days=days), **facts
        )
        if decision:
            Event.objects.filter(pk=event.pk).update(decision=decision, decision_reason="Hujan.")
        return event

    # Rows of one activity ---------------------------------------------------------------------------------

    def people(self, event: Event) -> None:
        chance, at = self.chance, event.starts_at
        if chance.random() < 0.7:
            Invitation.objects.create(event=event, group="Kader", amount=chance.randint(5, 30))
            Invitation.objects.create(event=event, group="RT", amount=chance.randint(5, 30))
        for _number in range(chance.randint(8, 20)):
            registration = Registration.objects.create(
                event=event,
                state=chance.choice(("registered", "registered", "registered", "waiting", "cancelled")),
                party_size=chance.randint(2, 4),
                heard_from=chance.choice(CHANNELS),
                is_walk_in=chance.random() < 0.2,
                code_hash=self.key(),
                code_tail="XYZ",
                form_key_hash=self.key(),
                created_at=at - timedelta(days=5),
            )
            if registration.state == "registered" and chance.random() < 0.7:
                self.entry(event, registration, chance.randint(1, registration.party_size))
        for _number in range(chance.randint(0, 4)):
            self.entry(event, None, chance.randint(1, 3))
        for covers in ("everybody", "unnamed", "everybody"):
            if chance.random() < 0.6:
                self.heads(event, covers)

    def entry(self, event: Event, registration: Registration | None, people: int) -> None:
        is_undone = self.chance.random() < 0.2
        Attendance.objects.create(
            event=event,
            registration=registration,
            people=people,
            way="tick" if registration else "walk_in",
            nonce_hash=self.key(),
            at=event.starts_at,
            undone_at=event.starts_at if is_undone else None,
        )

    def heads(self, event: Event, covers: str) -> None:
        chance = self.chance
        sheet = HeadCountSheet.objects.create(
            event=event,
            covers=covers,
            nonce_hash=self.key(),
            at=event.starts_at,
            undone_at=event.starts_at if chance.random() < 0.2 else None,
        )
        groups = {
            (sex, age, chance.random() < 0.2): chance.randint(1, 12)
            for sex in ("women", "men", "")
            for age in ("adult", "elderly", "")
            if chance.random() < 0.7
        }
        HeadCount.objects.bulk_create(
            HeadCount(sheet=sheet, sex=sex, age=age, has_disability=disabled, people=people)
            for (sex, age, disabled), people in groups.items()
        )

    def said(self, event: Event) -> None:
        chance, at = self.chance, event.ends_at
        common = {"event": event, "at": at}
        for number in range(chance.randint(6, 14)):
            useful, clear = (chance.choice((1, 2, 3, 3, 4, 4, None)) for _ in range(2))
            is_shown = number == 0
            EventRating.objects.create(
                **common,
                way="open",
                form_key_hash=self.key(),
                usefulness=useful,
                clarity=clear,
                missing="Kursi kurang",
                released_text=f"Kursi kurang {event.pk}" if is_shown else "",
                released_at=at + timedelta(days=1) if is_shown else None,
            )
            AfterUse.objects.create(
                **common,
                way="open",
                form_key_hash=self.key(),
                answer=chance.choice(AfterUse.Answer.values),
            )
        best = chance.choice((5, 7, 25))
        for _number in range(chance.randint(5, 12)):
            code = self.key() if chance.random() < 0.8 else ""
            for phase in ("before", "after"):
                if chance.random() < 0.85:
                    UnderstandingSheet.objects.create(
                        **common,
                        way="code" if code else "open",
                        form_key_hash=self.key(),
                        respondent=code,
                        phase=phase,
                        score=chance.randint(0, best),
                        out_of=best,
                    )

    # Rows of one campaign ---------------------------------------------------------------------------------

    def doors(self, campaign: Campaign) -> None:
        chance = self.chance
        walk = Round.objects.create(
            title="Ketuk pintu",
            campaign=campaign,
            unit=campaign.unit,
            starts_on=date(2026, 11, 1),
            ends_on=date(2026, 12, 31),
        )
        for area, homes in zip(self.rts, (40, None, 60), strict=True):
            source = "Ketua RT" if homes else ""
            lane = RoundArea.objects.create(round=walk, area=area, target=homes, target_source=source)
            before = None
            for number in range(chance.randint(5, 12)):
                at = EVENT_AT + timedelta(days=number * 5)
                visit = Visit.objects.create(
                    client_id=UUID(int=next(self.keys)),
                    area=lane,
                    outcome=chance.choice(OUTCOMES),
                    households=1 if before else chance.choice((1, 1, 3)),
                    at=at,
                    recorded_at=at,
                    follows=before,
                    undone_at=at if chance.random() < 0.15 else None,
                )
                can_follow = visit.undone_at is None and visit.households == 1
                before = visit if can_follow and chance.random() < 0.4 else None

    def paper(self, campaign: Campaign) -> None:
        chance = self.chance
        for kind in ("flyer", "flyer", "poster"):
            material = Material.objects.create(kind=kind, campaign=campaign, unit=campaign.unit)
            run = PrintRun.objects.create(material=material, printed_on=date(2026, 11, 20), amount=500)
            for area in (*self.rts, None):
                link = self.link(campaign, kind)
                day = chance.choice((date(2026, 11, 25), date(2026, 12, 5), None))
                Drop.objects.create(
                    run=run,
                    place_words=f"Pos {area}",
                    area=area,
                    amount=chance.randint(20, 60),
                    dropped_on=day,
                    returned=chance.randint(0, 9) if day else 0,
                    link=link,
                )
        self.link(campaign, "whatsapp")

    def link(self, campaign: Campaign, channel: str) -> ShortLink:
        link = ShortLink.objects.create(
            code=self.key(), target="/kampanye/x/", campaign=campaign, channel=channel
        )
        for day in (date(2026, 11, 26), date(2026, 12, 6)):
            LinkCount.objects.create(link=link, day=day, count=self.chance.randint(0, 9))
        return link

    def posts(self, campaign: Campaign) -> None:
        chance = self.chance
        for number in range(4):
            event = self.events[0] if number and campaign == self.campaign else None
            facts = {"event": event} if event else {"campaign": campaign}
            post = Post.objects.create(title="Kabar", unit=campaign.unit, **facts)
            for channel in ("facebook", "whatsapp"):
                is_out, has_result = chance.random() < 0.8, chance.random() < 0.5
                PostVersion.objects.create(
                    post=post,
                    channel=channel,
                    published_at=EVENT_AT + timedelta(days=number) if is_out else None,
                    people_reached=chance.randint(0, 900) if is_out and has_result else None,
                    reactions=chance.randint(0, 90) if is_out and has_result else None,
                )
