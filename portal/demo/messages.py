"""What example residents tell in a year, how it is answered, and what changed because of it."""

from datetime import date, datetime, timedelta
from functools import cached_property

from feedback.intake import Told, receive
from feedback.models import Improvement, Submission
from portal.demo.life import Life
from portal.demo.making import WHO, heard
from portal.demo.stories import Story
from services.models import Service

VOICES = (*("portal",) * 6, *("counter",) * 3, "phone", "whatsapp", "visit")


class Messages(Life):
    """Cases with their whole life, month by month."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.cases: list[Submission] = []

    @cached_property
    def stories(self) -> list[Story]:
        return [one for one in self.plan.stories if one.service in self.services]

    def month(self, first: date) -> int:
        number = self.plan.cases_a_month + self.chance.randint(-5, 5)
        for _one in range(number):
            day = first + timedelta(days=self.chance.randrange(30))
            if day < self.maker.today:
                self.message(self.moment(day, 7, 20))
        return number

    def message(self, at: datetime) -> None:
        is_better = at.date() > self.turned
        weights = [
            one.weight
            * (0.4 if is_better and one.service == self.plan.better and one.kind == "complaint" else 1)
            for one in self.stories
        ]
        [story] = self.chance.choices(self.stories, weights)
        service = self.services[story.service]
        number = self.maker.next()
        told = {
            "kind": story.kind,
            "story": f"{story.story} (contoh)",
            "service": service,
            "rw": self.chance.choice(self.plan.rws) if self.plan.rws else "",
            "place_words": f"Gang contoh {number % 9 + 1}" if story.kind == "defect_report" else "",
            "channel": self.chance.choice(VOICES),
            "privacy": "anonymous" if self.chance.random() < 0.3 else "public",
            "heard_from": heard(number),
        }
        case = receive(Told(told), form_key=self.maker.key(), at=at).submission
        self.answer(case, story, service, at, is_better)
        self.cases.append(case)

    def answer(self, case: Submission, story: Story, service: Service, at: datetime, is_better: bool) -> None:
        """What the office did with it, as far as there was time until today."""
        usual = story.days * (0.5 if is_better and story.service == self.plan.better else 1)
        days = max(0.2, self.chance.gauss(usual, usual / 2)) * (3 if self.chance.random() < 0.08 else 1.4)
        read = at + timedelta(hours=self.chance.randint(1, 30))
        done = max(at + timedelta(days=days, hours=2), read + timedelta(hours=1))
        if read > self.maker.now:
            return
        case.verify(by=WHO, at=read, category=service.category, title=story.gist, unit=self.plan.office)
        if done > self.maker.now:
            case.assign(self.plan.office, by=WHO, at=min(read + timedelta(minutes=20), self.maker.now))
            return
        draw = self.chance.random()
        if draw < 0.05:
            case.pass_on(
                "Ini urusan kantor lain; alamatnya ada di halaman layanan. (contoh)", by=None, at=done
            )
            return
        if draw < 0.08:
            case.decline(
                "Belum bisa dikerjakan tahun ini karena anggarannya habis. (contoh)", by=None, at=done
            )
            return
        case.answer(f"{story.answer} (contoh)", by=None, at=done)
        self.rated_case(case, story, done)

    def rated_case(self, case: Submission, story: Story, done: datetime) -> None:
        rated = done + timedelta(days=self.chance.randint(1, 5))
        if rated < self.maker.now and self.chance.random() < 0.55:
            verdict = self.chance.choices(("solved", "partly", "not"), (7, 2, 0.5))[0]
            words = "Belum selesai, masih sama. (contoh)" if verdict == "not" else ""
            case.rate(verdict, at=rated, words=words)
            again = rated + timedelta(days=self.chance.randint(2, 6))
            if verdict == "not" and again < self.maker.now:
                case.answer("Diperiksa sekali lagi dan diselesaikan. (contoh)", by=None, at=again)
                if again + timedelta(days=20) < self.maker.now:
                    case.settle_silently(at=again + timedelta(days=16))
        elif done + timedelta(days=20) < self.maker.now:
            case.settle_silently(at=done + timedelta(days=16))
        if self.chance.random() < 0.12 and case.may_be_released:
            case.release(
                title=story.gist,
                story=f"{story.story} (contoh)",
                answer=f"{story.answer} (contoh)",
                by=WHO,
                at=min(rated, self.maker.now),
            )

    def improvements(self) -> None:
        for number, (service, voice, result) in enumerate(self.plan.improvements):
            day = self.maker.today - timedelta(days=30 + number * 45)
            pair = Improvement(
                voice=voice,
                result=result,
                happened_on=day,
                service=self.services.get(service),
                is_example=True,
            )
            cases = [one for one in self.cases if one.service_id == pair.service_id][:5]
            self.maker.keep(pair, self.maker.moment(day, "10:00"), submissions=cases)
            pair.publish(by=WHO, at=self.maker.moment(day, "11:00"))
