"""Homes visited, flyers handed out and posts published in an example year."""

from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.utils.formats import date_format

from outreach import dropping, linking, visiting
from outreach.models import Campaign, Event
from outreach.models.post import Post
from outreach.models.post_version import PostVersion
from outreach.models.printing import Material, PrintRun
from outreach.models.visit_round import Round, RoundArea, RoundTopic
from outreach.visiting import Door
from portal.demo.life import Life
from portal.demo.making import WHO
from portal.shared.history import recorded


class Fieldwork(Life):
    """A round and a print run each quarter, a post each month."""

    def round(self, starts: date, campaign: Campaign | None) -> None:
        maker, chance = self.maker, self.chance
        if not self.plan.areas:
            return
        ends = starts + timedelta(days=12)
        walk = Round(
            title=f"Kunjungan rumah {date_format(starts, 'F Y')} (contoh)",
            campaign=campaign,
            unit=self.plan.office,
            starts_on=starts,
            ends_on=ends,
            guide="Sapa dulu, sebut nama dan kantor.",
            material_words="selebaran",
            is_example=True,
        )
        maker.keep(walk, maker.before(starts, 5))
        topic = RoundTopic.objects.create(
            round=walk, words="Layanan terdekat", service=self.services[self.plan.better]
        )
        for number, area in enumerate(self.plan.areas[:3]):
            part = RoundArea.objects.create(
                round=walk, area=area, target=60, target_source="perkiraan ketua RW (contoh)", sequence=number
            )
            at = maker.moment(starts + timedelta(days=number * 3), "16:00" if number else "09:00")
            for outcome, homes in (("not_home", 11), ("refused", 2), ("empty", 3)):
                self.visit(part, Door(outcome, households=homes + chance.randint(-1, 4), flyers=homes), at)
            for step in range(chance.randint(10, 16)):
                door = Door("met", topics=(topic,), flyers=1, households=chance.choice((1, 2, 3)))
                self.visit(part, door, at + timedelta(minutes=9 * step))

    def visit(self, part: RoundArea, door: Door, at: datetime) -> None:
        client = uuid5(NAMESPACE_URL, self.maker.key())
        visiting.record(part, door, client_id=client, at=at, by=None, now=at + timedelta(hours=1))

    def flyers(self, day: date, campaign: Campaign | None) -> None:
        maker, chance = self.maker, self.chance
        service = self.services[self.plan.better]
        material = Material(kind=Material.Kind.FLYER, headline=service.name[:60], unit=self.plan.office)
        material.campaign = campaign
        if campaign is None:
            material.service = service
        maker.keep(material, maker.before(day, 3))
        run = maker.keep(PrintRun(material=material, printed_on=day, amount=200, printer="Percetakan contoh"))
        for place, amount in (("Pasar (contoh)", 80), ("Sekolah (contoh)", 70), ("Posyandu (contoh)", 40)):
            drop = dropping.plan_drop(
                run, f"{place} {day:%m/%Y}", amount, by=WHO, area=chance.choice(self.plan.areas or [None])
            )
            dropping.put_out(drop, on=day + timedelta(days=1), who="kader (contoh)", by=WHO)
            for _visit in range(chance.randint(8, 25)):
                when = day + timedelta(days=1 + int(chance.expovariate(0.15)))
                if drop.link is not None and when < maker.today:
                    linking.count_visit(drop.link, when)

    def post(self, event: Event) -> None:
        """One text a month on two channels, with the result typed in a week later."""
        maker, at = self.maker, event.starts_at - timedelta(days=5)
        post = Post(
            title=f"{event.title} (contoh)",
            text=f"{event.summary} Boleh datang bersama tetangga. (contoh)",
            event=event,
            unit=self.plan.office,
            planned_at=at,
            is_example=True,
        )
        maker.keep(post, at - timedelta(days=2))
        for channel, shape in (("facebook", "1200x630"), ("whatsapp", "1080x1080")):
            PostVersion.objects.create(post=post, channel=channel, shape=shape).prepare(by=WHO)
        with recorded(post, verb="change", by=WHO, at=at - timedelta(days=2), is_public=False):
            post.save()
        post.ask_approval(by=WHO, at=at - timedelta(days=1))
        post.approve(by=WHO, at=at - timedelta(hours=3))
        for version in post.versions.all():
            version.note_published(by=WHO, at=at, published_at=at)
            numbers = {
                "people_reached": self.chance.randint(120, 900),
                "reactions": self.chance.randint(5, 60),
                "comments": self.chance.randint(0, 12),
                "shares": self.chance.randint(0, 20),
            }
            version.note_result(numbers, by=WHO, at=min(at + timedelta(days=7), maker.now))
