"""Activities of an example year: held, counted, rated, with promises; and the campaign half a year ago."""

from datetime import date, datetime, timedelta
from typing import Any

from outreach.models import Campaign, Event
from outreach.models.invitation import Invitation
from outreach.models.opinion import (
    AfterUse,
    EventRating,
    UnderstandingItem,
)
from portal.demo.life import Life
from portal.demo.making import WHO
from portal.demo.stories import Topic
from services.models import Audience

MISSING = (
    "",
    "",
    "",
    "",
    "Ingin lebih lama",
    "Kurang kursi",
    "Jamnya terlalu pagi",
    "Ingin ada contoh isian",
)
# Of each activity so many comments are shown to everybody.
WORDS_SHOWN = 2


class Activities(Life):
    """One or two activities a month, about the topics of the plan in turn."""

    def campaign(self) -> Campaign:
        """Half a year ago: two activities about one service, which is answered better since."""
        maker, plan = self.maker, self.plan
        area = plan.areas[0] if plan.areas else None
        elderly = maker.one(Audience, "lansia") or maker.one(Audience, "keluarga")
        campaign = maker.campaign(
            plan.campaign_title,
            slug="tahun-ini-" + plan.better,
            summary=plan.campaign_summary,
            goal="Warga tahu caranya, dan datang dengan berkas yang lengkap.",
            starts=self.turned - timedelta(days=25),
            ends=self.turned + timedelta(days=5),
            unit=plan.office,
            targets=[
                ("came", 120),
                *([("came", 60, area)] if area else []),
                ("came", 30, elderly),
                ("flyers", 200),
            ],
            audiences=maker.rows(Audience, "semua-warga keluarga lansia"),
            areas=[area] if area else [],
            services=[self.services[plan.better]],
            budget=4_500_000,
            spent=4_150_000,
        )
        topic = next(one for one in plan.topics if one.service == plan.better)
        for number, days in enumerate((0, 12)):
            self.held(topic, self.turned - timedelta(days=days), f"kampanye-{number + 1}", campaign)
        return campaign

    def activity(self, first: date, number: int) -> Event | None:
        day = first + timedelta(days=9 + number * 12)
        day += timedelta(days=(5 - day.weekday()) % 7)
        topic = self.plan.topics[(first.month * 2 + number) % len(self.plan.topics)]
        if day >= self.maker.today or topic.service not in self.services:
            return None
        return self.held(topic, day, f"{day:%Y-%m-%d}", None)

    def held(self, topic: Topic, day: date, word: str, campaign: Campaign | None) -> Event:
        maker, chance = self.maker, self.chance
        # A campaign stays where it was announced.
        areas = self.plan.areas[:1] if campaign else self.plan.areas
        area = chance.choice(areas) if areas else None
        event = maker.event(
            topic.title,
            slug=f"{topic.slug}-{word}",
            day=day,
            clock=("09:00", "11:30"),
            kind=topic.kind,
            unit=self.plan.office,
            campaign=campaign,
            category=maker.topic(topic.topic),
            summary=topic.summary,
            location=self.plan.place,
            capacity=60,
            audiences=maker.rows(Audience, topic.audiences),
            areas=[area] if area else [],
            services=[self.services[topic.service]],
            report="Warga bertanya, petugas mencatat. (contoh)",
        )
        maker.keep(
            Invitation(event=event, group="Warga yang diundang ketua RT (contoh)", area=area, amount=50),
            maker.before(day, 15),
        )
        if topic.learned:
            UnderstandingItem.objects.create(
                event=event, position=1, text=topic.learned, choices=topic.choices
            )
        parties = maker.parties(
            event, [chance.choice((1, 1, 2, 2, 3)) for _one in range(chance.randint(9, 14))]
        )
        came = [one for one in parties if chance.random() < 0.8]
        people = sum(one.party_size for one in came) + 6
        maker.held(event, came, walk_ins=[2, 4], heads=self.heads(people), area=area)
        self.opinions(event, topic)
        if chance.random() < 0.5:
            maker.asked(
                event,
                "Apakah bisa diwakili keluarga? (contoh)",
                "Bisa, bawa surat kuasa dan KTP. (contoh)",
                "Petugas (contoh)",
            )
        by_when = day + timedelta(days=chance.choice((14, 30, 45)))
        is_kept = by_when < maker.today and chance.random() < 0.75
        maker.promise(
            event,
            f"Daftar berkas untuk “{topic.title}” ditempel di pos RW. (contoh)",
            by_when,
            done="Ditempel dan difoto. (contoh)" if is_kept else "",
            service=self.services[topic.service],
        )
        return event

    def heads(self, people: int) -> dict[tuple[str, str, bool], int]:
        """So many people by what the eye can tell, more women than men, as at most activities."""
        groups = (
            *(("women", "adult", False), ("women", "elderly", False), ("men", "adult", False)),
            *(("men", "elderly", False), ("women", "teen", False), ("men", "elderly", True)),
        )
        weights = (8, 5, 4, 3, 1, 0.4)
        drawn = self.chance.choices(groups, weights, k=people)
        return {group: drawn.count(group) for group in groups if group in drawn}

    def opinions(self, event: Event, topic: Topic) -> None:
        """Slips at the door, sheets before and after, and a month later whether it was used."""
        chance, after = self.chance, event.ends_at + timedelta(minutes=15)
        for _one in range(chance.randint(12, 20)):
            useful = chance.choices((4, 3, 2, 1), (8, 6, 1.5, 0.5))[0]
            said = {"usefulness": useful, "clarity": min(4, max(1, useful + chance.choice((-1, 0, 0, 1))))}
            self.say_so(EventRating, event, said | {"missing": chance.choice(MISSING)}, after)
        self.comments_read(event, after + timedelta(days=3))
        if topic.learned:
            people = [
                (chance.choice((1, 2, 2, 3)), chance.choice((1, 1, 1, 1, 1, 1, 2))) for _one in range(12)
            ]
            self.maker.understood(event, people)
        later = event.ends_at + timedelta(days=40)
        if later < self.maker.now:
            for _one in range(chance.randint(6, 11)):
                used = chance.choices(("used", "tried", "not_yet", "no_need"), (5, 1, 3, 1))[0]
                self.say_so(AfterUse, event, {"answer": used}, later)

    def comments_read(self, event: Event, at: datetime) -> None:
        """Of what was written after an activity the first words are shown, all others read; the newest wait."""
        if at + timedelta(days=30) > self.maker.now:
            return
        shown: set[str] = set()
        for one in EventRating.objects.filter(event=event).exclude(missing="").order_by("pk"):
            if len(shown) < WORDS_SHOWN and one.missing not in shown:
                shown.add(one.missing)
                one.release(f"{one.missing} (contoh)", by=WHO, at=at)
            else:
                one.mark_read(by=WHO, at=at)

    def say_so(self, kind: Any, event: Event, said: dict[str, Any], at: datetime, code: str = "") -> None:
        kind.take(event, said, form_key=self.maker.key(), at=at, code=code)
