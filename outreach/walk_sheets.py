"""Walk lists on paper: making sheets, and typing them back so that typing twice makes one and mends the first."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from outreach import visiting
from outreach.models.home_visit import Visit
from outreach.models.visit_round import RoundArea, WalkSheet
from outreach.visiting import Door

MOST_SHEETS = 10
_ITEM = re.compile(r"(\d{1,3})(?:\s*[-–]\s*(\d{1,3}))?(?:\s*:\s*(.{1,40}))?")


def make_sheets(area: RoundArea, number: int, *, client_id: UUID, at: datetime, by: Any) -> list[WalkSheet]:
    """So many sheets with the next numbers; asked for with the same client id again, the same sheets."""
    ids = [uuid5(client_id, str(one)) for one in range(min(max(number, 1), MOST_SHEETS))]
    with transaction.atomic():
        # Numbers are given out one after the other.
        RoundArea.objects.select_for_update().filter(pk=area.pk).order_by().values("pk").first()
        if known := list(WalkSheet.objects.filter(client_id__in=ids)):
            return known
        visiting.refuse_closed(area)
        last = area.sheets.aggregate(last=Max("number"))["last"] or 0
        sheets = [
            WalkSheet(area=area, number=last + place, client_id=one, made_at=at, by=by)
            for place, one in enumerate(ids, start=1)
        ]
        return WalkSheet.objects.bulk_create(sheets)


def read_lines(typed: str, most: int) -> dict[int, str]:
    """“1-3, 8:No. 12” as the numbers of lines, each with the house written behind it or nothing."""
    found: dict[int, str] = {}
    # A blank between two numbers parts them as on the sign-in sheet; one within the name of a house does not.
    if ":" not in typed:
        typed = re.sub(r"(?<=\d)\s+(?=\d)", ",", typed)
    for item in re.split(r"[,;\n]+", typed):
        if not item.strip():
            continue
        match = _ITEM.fullmatch(item.strip())
        first = int(match[1]) if match else 0
        last = int(match[2]) if match and match[2] else first
        if not match or not 1 <= first <= last <= most:
            raise ValidationError(
                _("“%(item)s” is no line of this sheet. Example: 1-4, 7, 9:No. 12"),
                code="line",
                params={"item": item.strip()[:40]},
            )
        found |= dict.fromkeys(range(first, last + 1), (match[3] or "").strip())
    return found


def written_lines(visits: Iterable[Visit]) -> str:
    """The same in reverse, as a sheet typed before is shown again: 1, 2, 3, 8:No. 12."""
    return ", ".join(
        f"{visit.line}:{visit.house}" if visit.house else str(visit.line)
        for visit in sorted(visits, key=lambda visit: visit.line or 0)
    )


def type_sheet(sheet: WalkSheet, lines: Mapping[int, Door], *, at: datetime, by: Any, now: datetime) -> int:
    """Makes the sheet say exactly this: new lines recorded, others corrected, those left out taken back.

    Answers how many lines stand now.
    """
    with transaction.atomic():
        # Whoever types the same sheet at the same moment comes after us and mends it.
        WalkSheet.objects.select_for_update().filter(pk=sheet.pk).order_by().values("pk").first()
        rows = list(sheet.visits.select_related("area__round").prefetch_related("topics"))
        live = {visit.line: visit for visit in rows if not visit.is_undone}
        for number, visit in live.items():
            if number not in lines:
                visiting.undo(visit, at=now, by=by)
        for number, door in lines.items():
            if number not in live:
                # A line taken back and typed anew is another visit.
                times = sum(visit.line == number for visit in rows)
                key = uuid5(sheet.client_id, f"{number}:{times}")
                visiting.record(
                    sheet.area,
                    door,
                    client_id=key,
                    at=at,
                    by=by,
                    way=Visit.Way.PAPER,
                    sheet=sheet,
                    line=number,
                    now=now,
                )
            elif said_by(live[number]) != said_in(door):
                visiting.correct(live[number], door, at=now, by=by)
    return len(lines)


def said_by(visit: Visit) -> tuple[Any, ...]:
    topics = sorted(topic.pk for topic in visit.topics.all())
    return visit.outcome, visit.house, visit.flyers, topics


def said_in(door: Door) -> tuple[Any, ...]:
    door = door.fitting()
    return door.outcome, door.house, door.flyers, sorted(topic.pk for topic in door.topics)
