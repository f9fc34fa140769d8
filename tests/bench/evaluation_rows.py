"""A year of an office as rows: messages, people at activities, answers to surveys; verbs would take a day for it."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

AT_ONCE = 2_000
ATTENDANCES_PER_EVENT = 40
STATUSES = ("received", "assigned", "in_progress", "answered", "settled", "not_ours")
KINDS = ("complaint", "question", "suggestion", "defect_report", "appreciation")


class Rows:
    """Fills one portal up to a size: as many messages, half as many people at doors, a fifth of survey answers."""

    def __init__(self, at: datetime) -> None:
        from outreach.models import Campaign
        from services.models import Audience, Organization
        from tests.builders import (
            make_area,
            make_audience,
            make_campaign,
            make_category,
            make_portal,
            make_service,
        )
        from tests.surveys import make_survey

        self.at, self.dice, self.count = at, random.Random(7), 0
        make_portal()
        self.unit = Organization.objects.get()
        village = make_area("Kelurahan Contoh")
        self.areas = [
            make_area(f"RW {n:02}", level="rw", parent=village, slug=f"rw-{n:02}") for n in range(1, 9)
        ]
        topics = [make_category(f"Bidang {n}") for n in range(6)]
        self.services = [
            make_service(f"Layanan contoh {n}", category=topics[n % 6], organization=self.unit)
            for n in range(40)
        ]
        make_audience("Lansia", slug="lansia")
        self.audiences = list(Audience.objects.all())
        self.campaign: Campaign = make_campaign(
            unit=self.unit,
            starts_on=(at - timedelta(days=200)).date(),
            ends_on=(at - timedelta(days=100)).date(),
            published_at=at - timedelta(days=201),
        )
        self.campaign.services.set(self.services[:2])
        self.survey = make_survey(
            unit=self.unit, opens_on=(at - timedelta(days=360)).date(), closes_on=at.date()
        )

    def grow(self, wanted: int) -> None:
        """Adds what is missing to so many messages and the rest in proportion."""
        first, self.count = self.count, wanted
        self.written(self.messages(first, wanted))
        self.activities(first // 2, wanted // 2)
        self.written(self.answers(first // 5, wanted // 5))
        self.visits(first // 10, wanted // 10)
        self.analyzed()

    def written(self, rows: Iterator[Any]) -> None:
        batch: list[Any] = []
        for row in rows:
            batch.append(row)
            if len(batch) == AT_ONCE:
                type(row).objects.bulk_create(batch)
                batch = []
        if batch:
            type(batch[0]).objects.bulk_create(batch)

    def messages(self, first: int, end: int) -> Iterator[Any]:
        from feedback.models import Submission
        from portal.shared import receipt

        dice = self.dice
        for n in range(first, end):
            service = dice.choice(self.services)
            received = self.at - timedelta(minutes=dice.randrange(1, 500_000))
            status = dice.choices(STATUSES, (1, 2, 2, 3, 10, 1))[0]
            days = dice.expovariate(0.25)
            is_ended = status in ("answered", "settled", "not_ours")
            closed = min(received + timedelta(days=days), self.at) if is_ended else None
            yield Submission(
                number=receipt.written_number(f"2611{n:06d}"),
                secret_hash="-",
                form_key_hash=f"bench-{n}",
                kind=dice.choice(KINDS),
                story="Contoh.",
                rw=f"{dice.randrange(1, 9):02d}",
                status=status,
                status_at=closed or received,
                received_at=received,
                answered_at=closed if status != "not_ours" else None,
                closed_at=closed,
                due_on=(received + timedelta(days=5)).date(),
                promised_days=5,
                unit=self.unit,
                service=service,
                category=service.category,
            )

    def activities(self, first: int, end: int) -> None:
        from outreach.models import Attendance, Event, EventRating, HeadCount, HeadCountSheet
        from portal.shared.search import index_documents

        dice, events = self.dice, []
        for n in range(first // ATTENDANCES_PER_EVENT, end // ATTENDANCES_PER_EVENT):
            starts = self.at - timedelta(hours=dice.randrange(48, 8_000))
            events.append(
                Event(
                    title=f"Kegiatan {n}",
                    slug=f"kegiatan-{n}",
                    kind=Event.Kind.SEMINAR,
                    summary="Contoh.",
                    unit=self.unit,
                    # As many of one campaign however large the year is would be no year ten times as large.
                    campaign=self.campaign if n % 10 == 0 else None,
                    category=self.services[n % 40].category,
                    starts_at=starts,
                    ends_at=starts + timedelta(hours=2),
                    decision="held",
                    published_at=starts - timedelta(days=20),
                )
            )
        index_documents(events)
        Event.objects.bulk_create(events)
        for relation, rows, column in (
            (Event.audiences, self.audiences, "audience"),
            (Event.areas, self.areas, "area"),
            (Event.services, self.services, "service"),
        ):
            relation.through.objects.bulk_create(
                [relation.through(event=one, **{column: rows[one.pk % len(rows)]}) for one in events]
            )
        self.written(
            Attendance(nonce_hash=f"b-{one.pk}-{n}", event=one, people=1, way="walk_in", at=one.starts_at)
            for one in events
            for n in range(ATTENDANCES_PER_EVENT)
        )
        sheets = [HeadCountSheet(nonce_hash=f"h-{one.pk}", event=one, at=one.starts_at) for one in events]
        HeadCountSheet.objects.bulk_create(sheets)
        self.written(
            HeadCount(sheet=sheet, sex=sex, age=age, people=dice.randrange(1, 20))
            for sheet in sheets
            for sex in ("women", "men")
            for age in ("adult", "elderly")
        )
        self.written(
            EventRating(
                event=one,
                way="open",
                form_key_hash=f"r-{one.pk}-{n}",
                usefulness=dice.randrange(1, 5),
                clarity=dice.randrange(1, 5),
                at=one.ends_at,
            )
            for one in events
            for n in range(10)
        )

    def answers(self, first: int, end: int) -> Iterator[Any]:
        from feedback.models.survey_response import SurveyResponse
        from feedback.satisfaction import LIST_ORDER

        for n in range(first, end):
            yield SurveyResponse(
                survey=self.survey,
                service=self.dice.choice(self.services),
                answered_on=(self.at - timedelta(days=self.dice.randrange(1, 350))).date(),
                source="paper",
                form_key_hash=f"bench-{n}",
                sex=self.dice.choice("PL"),
                **{key: self.dice.randrange(2, 5) for key in LIST_ORDER},
            )

    def visits(self, first: int, end: int) -> None:
        from uuid import uuid4

        from outreach.models import Visit
        from outreach.models.visit_round import Round, RoundArea

        walk, _made = Round.objects.get_or_create(
            title="Kunjungan contoh",
            defaults={
                "unit": self.unit,
                "campaign": self.campaign,
                "starts_on": self.campaign.starts_on,
                "ends_on": self.campaign.ends_on,
            },
        )
        parts = [
            RoundArea.objects.get_or_create(
                round=walk, area=area, defaults={"target": 900, "target_source": "contoh"}
            )[0]
            for area in self.areas
        ]
        self.written(
            Visit(
                client_id=uuid4(),
                area=self.dice.choice(parts),
                outcome=self.dice.choice(("met", "met", "not_home", "refused")),
                households=1,
                at=self.at - timedelta(days=150, minutes=n),
                recorded_at=self.at,
                way="phone",
            )
            for n in range(first, end)
        )

    def analyzed(self) -> None:
        """Statistics of the planner, which a portal in service keeps by itself."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
