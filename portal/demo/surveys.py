"""A satisfaction survey each quarter: those that are over published with a follow-up plan, the present one open."""

from collections.abc import Iterable
from datetime import date, timedelta

from feedback.models.follow_up import FollowUp
from feedback.models.survey import Survey
from feedback.models.survey_response import SurveyResponse, take
from feedback.satisfaction import LIST_ORDER
from portal.demo.life import Life
from portal.demo.making import WHO

Source = SurveyResponse.Source
# How likely an element is praised; what costs nothing is best by rule, time is what people mind most.
MOOD = {"cost": 0.97, "time": 0.62, "complaints": 0.66, "facilities": 0.7}
USUAL_MOOD = 0.78
PLANNED = (
    ("time", "Loket kedua dibuka pada jam ramai. (contoh)", "Kepala seksi pelayanan"),
    ("complaints", "Jawaban keluhan ditempel di papan setiap pekan. (contoh)", "Petugas aduan"),
    ("facilities", "Kursi tunggu ditambah dua baris. (contoh)", "Sekretaris"),
)


class Surveys(Life):
    """Makes the surveys of the last months; each respondent names the service they came for."""

    def make(self, months: int, asked_of: Iterable[str]) -> None:
        # Few, so that each has enough answers for an index of its own, and the one that got better is among them.
        slugs = dict.fromkeys((self.plan.better, *asked_of))
        self.asked_of = [self.services[slug] for slug in slugs][:6]
        for opens, closes in quarters(self.maker.today, max(1, months // 3 + 1)):
            self.survey(opens, closes, 60 if months < 6 else 130)

    def survey(self, opens: date, closes: date, respondents: int) -> None:
        maker = self.maker
        survey = Survey(
            unit=self.plan.office,
            period=Survey.Period.QUARTER,
            opens_on=opens,
            closes_on=closes,
            population=190,
            is_example=True,
        )
        maker.keep(survey, maker.moment(opens, "08:00"))
        survey.open(by=WHO, at=maker.moment(opens, "08:00"))
        last = min(closes, maker.today - timedelta(days=1))
        for number in range(respondents):
            day = opens + timedelta(days=self.chance.randrange(max(1, (last - opens).days + 1)))
            self.respondent(survey, day, Source.COUNTER if number % 12 == 0 else Source.PAPER)
        if closes >= maker.today:
            return
        survey.close(by=WHO, at=maker.moment(closes + timedelta(days=1), "09:00"))
        for element, action, who in PLANNED:
            FollowUp.objects.create(
                survey=survey,
                element=element,
                action=action,
                who=f"{who} (contoh)",
                by_when=closes + timedelta(days=75),
                status="done" if closes + timedelta(days=75) < maker.today else "under_way",
            )
        survey.publish(by=WHO, at=min(maker.moment(closes + timedelta(days=14), "09:00"), maker.now))

    def respondent(self, survey: Survey, day: date, source: str) -> None:
        chance = self.chance
        service = chance.choice(self.asked_of)
        is_better = service.slug == self.plan.better and day > self.turned
        answers: dict[str, int | None] = {}
        for key in LIST_ORDER:
            mood = MOOD.get(key, USUAL_MOOD) + (0.12 if is_better and key != "cost" else 0)
            answers[key] = 4 if chance.random() < mood - 0.35 else 3 if chance.random() < mood else 2
        take(
            survey,
            answers,
            source=source,
            form_key=self.maker.key(),
            at=self.maker.moment(day, "10:00"),
            service=service,
            sex=chance.choice("PPPLL"),
            age_band=chance.choice(("17-25", "26-35", "26-35", "36-45", "46-55", "56-")),
            education=chance.choices(("SD", "SMP", "SMA", "S1"), (2, 3, 6, 2))[0],
            job=chance.choices(("PNS", "SWASTA", "WIRAUSAHA", "LAINNYA"), (1, 4, 4, 4))[0],
            hour_block=chance.choice(("08-12", "13-17")),
        )


def quarters(today: date, number: int) -> list[tuple[date, date]]:
    """The present quarter and those before it, the oldest first: its first and last day."""
    found = []
    year, first = today.year, (today.month - 1) // 3 * 3 + 1
    for _one in range(number):
        following = date(year + first // 10, (first + 3) % 12, 1)
        found.append((date(year, first, 1), following - timedelta(days=1)))
        year, first = (year - 1, 10) if first == 1 else (year, first - 3)
    return found[::-1]
