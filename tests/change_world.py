"""Services with months of messages, surveys and visits, drawn with a fixed seed as rows; one was talked about."""

from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from feedback.models import StatusChange, Submission, SurveyResponse
from feedback.satisfaction import LIST_ORDER
from outreach.models import Commitment, LinkCount, ShortLink
from outreach.models.opinion import AfterUse
from services.models import Service
from tests.builders import (
    PUBLISHED_AT,
    WHO,
    kept,
    make_campaign,
    make_category,
    make_closed_day,
    make_event,
    make_organization,
    make_service,
)
from tests.surveys import make_survey

JAKARTA = ZoneInfo("Asia/Jakarta")
AT = datetime(2026, 11, 18, 9, 0, tzinfo=JAKARTA)
HELD_ON = date(2026, 7, 25)
# Ninety days each, by hand.
BEFORE = (date(2026, 4, 26), date(2026, 7, 24))
AFTER = (date(2026, 7, 26), date(2026, 10, 23))
HOLIDAYS = (date(2026, 5, 1), date(2026, 8, 17))
STATUSES = ("answered", "settled", "cannot", "in_progress", "received", "waiting", "duplicate")
WEIGHTS = (12, 5, 1, 3, 2, 1, 1)


def moment(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour, 30), tzinfo=JAKARTA)


class ChangeWorld:
    """`service` was talked about on 25 July; `others` were not; `also` was, so that it is no comparison."""

    def __init__(self, seed: int = 11, cases: int = 90) -> None:
        self.chance, self.keys = Random(seed), count(1)
        self.unit = make_organization()
        field = make_category("Kesehatan")
        topics = [make_category(name, parent=field) for name in ("Posyandu", "Puskesmas")]
        names = ("Cek kesehatan", "Imunisasi", "Kartu KB", "Surat sehat")
        self.services = [
            make_service(name, category=topics[place % 2], organization=self.unit)
            for place, name in enumerate(names)
        ]
        self.service, *self.others, self.also = self.services
        for day in HOLIDAYS:
            make_closed_day(day)
        self.campaign = make_campaign(
            starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 31), services=[self.service], unit=self.unit
        )
        at = moment(HELD_ON, 9)
        self.event = make_event(starts_at=at, campaign=self.campaign, unit=self.unit)
        make_event("Lain", starts_at=moment(date(2026, 9, 5)), services=[self.also], unit=self.unit)
        called_off = make_event(
            "Batal", starts_at=moment(date(2026, 5, 5)), services=[self.service], unit=self.unit
        )
        called_off.cancel("Hujan.", by=WHO, at=moment(date(2026, 5, 1)))
        for service in self.services:
            self.told(service, cases)
        self.asked()
        self.visited()
        self.promised()
        for answer in ("used", "used", "used", "not_yet", "no_need", "tried") * 3:
            AfterUse.objects.create(
                event=self.event, way="open", form_key_hash=self.key(), at=AT, answer=answer
            )

    def key(self) -> str:
        return f"{next(self.keys):064d}"

    def day(self, first: date = date(2026, 3, 1), last: date = date(2026, 11, 17)) -> date:
        return first + timedelta(days=self.chance.randrange((last - first).days + 1))

    # What came in ---------------------------------------------------------------------------------------------

    def told(self, service: Service, number: int) -> None:
        rows = [self.case(service) for _one in range(number)]
        Submission.objects.bulk_create(rows)
        reopened = [row for row in rows if row.reopened_count]
        StatusChange.objects.bulk_create(
            StatusChange(
                submission=row,
                from_status="in_progress",
                to_status="answered",
                at=moment((row.due_on or HELD_ON) + timedelta(days=1)),
                side="office",
                due_on=(row.due_on or HELD_ON) - timedelta(days=place % 2 * 3),
            )
            for place, row in enumerate(reopened)
        )

    def case(self, service: Service) -> Submission:
        chance = self.chance
        received = self.day()
        is_better = service == self.service and received > HELD_ON
        [status] = chance.choices(STATUSES, WEIGHTS)
        promised = chance.choice((5, 14, None))
        received_at = datetime.combine(received, time(chance.randrange(24), 15), tzinfo=JAKARTA)
        is_closed = status in ("answered", "settled", "cannot", "duplicate")
        took = timedelta(days=chance.randrange(4 if is_better else 26), hours=chance.randrange(24))
        closed_at = min(received_at + took, AT - timedelta(hours=1)) if is_closed else None
        number = next(self.keys)
        return Submission(
            number=f"{number:013d}",
            secret_hash=f"{number:064d}",
            form_key_hash=self.key(),
            kind=chance.choice(("complaint", "question")) if is_better else "complaint",
            service=service,
            unit=self.unit,
            status=status,
            status_at=closed_at or received_at,
            received_at=received_at,
            answered_at=closed_at if status in ("answered", "settled") else None,
            closed_at=closed_at,
            due_on=received + timedelta(days=promised * 7 // 5) if promised else None,
            promised_days=promised,
            waited_days=chance.choice((0, 0, 0, 2)),
            waiting_from="received" if status == "waiting" else "",
            reopened_count=int(is_closed and bool(promised) and chance.random() < 0.15),
            duplicate_of_id=self.first if status == "duplicate" else None,
        )

    @property
    def first(self) -> int:
        """Some case others may be joined with."""
        found = Submission.objects.order_by("pk").values_list("pk", flat=True).first()
        if found is None:
            found = Submission.objects.create(
                number="1", secret_hash="1", form_key_hash="1", status_at=AT, received_at=AT, kind="question"
            ).pk
        return found

    # What was answered in surveys, opened by short link, promised ---------------------------------------------------

    def asked(self) -> None:
        published = make_survey(unit=self.unit, opens_on=date(2026, 3, 1), closes_on=date(2026, 11, 1))
        other = make_survey(unit=make_organization(), opens_on=date(2026, 3, 1), closes_on=date(2026, 11, 1))
        of_one = make_survey(unit=self.unit, service=self.others[0], opens_on=date(2026, 3, 1))
        rows = []
        for survey in (published, other, of_one):
            for service in self.services:
                rows += [
                    self.answer(survey, service) for _one in range(80 if service == self.service else 30)
                ]
        SurveyResponse.objects.bulk_create(rows)
        for survey in (published, of_one):
            survey.close(by=None, at=AT)
            survey.publish(by=None, at=AT)

    def answer(self, survey: Any, service: Service) -> SurveyResponse:
        chance = self.chance
        day = self.day(last=date(2026, 11, 1))
        best = (3, 4, 4) if service == self.service and day > HELD_ON else (2, 3, 3, 4)
        return SurveyResponse(
            survey=survey,
            service=service if survey.service_id is None else None,
            answered_on=day,
            source=chance.choice(("paper", "paper", "invited", "counter")),
            form_key_hash=self.key(),
            **{
                key: None if key == "cost" and chance.random() < 0.1 else chance.choice(best)
                for key in LIST_ORDER
            },
        )

    def visited(self) -> None:
        for place, service in enumerate(self.services):
            path = f"/layanan/{service.slug}/"
            link = ShortLink.objects.create(code=f"uji{place}a", target=path, channel="flyer")
            paid = ShortLink.objects.create(
                code=f"uji{place}b", target=path, channel="poster", campaign=self.campaign
            )
            days = {self.day() for _one in range(40)}
            LinkCount.objects.bulk_create(
                LinkCount(link=one, day=day, count=self.chance.randint(1, 9))
                for one in (link, paid)
                for day in days
            )

    def promised(self) -> None:
        due = date(2026, 9, 1)
        ends: tuple[tuple[str, date, date | None], ...] = (
            *[("done", due, due)] * 4,
            *[("done", due, due + timedelta(days=9))] * 3,
            *[("open", due, None)] * 2,
            ("open", date(2026, 12, 1), None),
            ("dropped", due, due),
        )
        for place, (status, by_when, ended_on) in enumerate(ends):
            kept(
                Commitment(
                    what=f"Janji {place}",
                    unit=self.unit,
                    event=self.event,
                    by_when=by_when,
                    status=status,
                    ended_on=ended_on,
                    evidence="Contoh." if ended_on else "",
                    published_at=PUBLISHED_AT if place else None,
                )
            )
