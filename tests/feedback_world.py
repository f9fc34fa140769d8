"""One row of every noun of the triage desk, for tests that walk over all of its pages."""

from datetime import date
from typing import Any

from feedback.models import (
    AnswerTemplate,
    ContactOpening,
    DeadlineRule,
    Improvement,
    SensitiveCategory,
    Submission,
    TriageRule,
    UnitCalendar,
)
from tests.builders import RECEIVED_AT, kept, make_category, make_submission


def make_desk_of_cases(unit: Any, number: int = 1) -> Submission:
    """A case of this unit whose contact was opened, and a row of every rule; call it again for more."""
    topic = make_category(f"Penerangan {number}", parent=make_category(f"Prasarana {number}"))
    case = make_submission(status="assigned", unit=unit, category=topic, contact={"name": "Warga contoh"})
    ContactOpening.objects.create(submission=case, at=RECEIVED_AT, by_name="Contoh", why="Menelepon kembali.")
    kept(DeadlineRule(kind="complaint", category=topic, answer_days=14, source="Contoh"))
    kept(TriageRule(words=f"lampu {number}", category=topic, unit=unit))
    kept(AnswerTemplate(title=f"Sudah dikerjakan {number}", text="Ibu/Bapak, sudah dikerjakan."))
    kept(SensitiveCategory(category=topic, reason="Contoh"))
    if not UnitCalendar.objects.filter(unit=unit).exists():
        kept(UnitCalendar(unit=unit, days="123456"))
    kept(Improvement(voice=f"Gelap {number}.", result="Sudah terang.", happened_on=date(2026, 11, 1)))
    return case
