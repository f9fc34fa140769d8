"""In which order the desk and its reports show a counted document: chapters of figures and tables, by their keys."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.evaluation.documents import Document, Table
from portal.evaluation.showing import Shown, ShownDocument, Tile


@dataclass(frozen=True)
class Chapter:
    key: str
    title: Promise
    figures: tuple[str, ...]
    tables: tuple[str, ...] = ()


TARGETS: Final = Chapter("targets", _("Target and reached"), (), ("targets",))
CHAPTERS: Final = (
    TARGETS,
    Chapter(
        "part",
        _("Who took part"),
        ("events", "came", "registered", "walk_ins", "invited", "attendance_rate", "expected_rate"),
        (
            "came_by_audience",
            "came_by_area",
            "came_by_sex",
            "came_by_age",
            "came_by_channel",
            "registered_by_channel",
            "came_by_link",
        ),
    ),
    Chapter(
        "doors",
        _("At the doors, on paper and online"),
        (
            *("homes_visited", "homes_met", "homes_refused", "home_coverage"),
            *("flyers_printed", "flyers_out", "flyers_left", "scans", "posts"),
        ),
        ("visits_by_outcome", "coverage_by_area", "flyers_by_place", "scans_by_channel", "posts"),
    ),
    Chapter("money", _("What it cost"), ("budget", "spent", "cost_per_person")),
    Chapter(
        "useful",
        _("What people thought of it"),
        ("rated", "usefulness_mean", "usefulness_good", "clarity_mean"),
        ("usefulness_answers", "clarity_answers"),
    ),
    Chapter(
        "understood",
        _("What they understood, before and after"),
        (
            *("pre_mean", "post_mean", "effectiveness", "effectiveness_of_change"),
            *("rose", "stayed", "fell", "later_used", "later_asked"),
        ),
        ("later_use",),
    ),
    Chapter(
        "voice",
        _("What residents told us, and how we answered"),
        (
            *("cases", "answered", "on_time_rate", "median_days", "late", "overdue"),
            *("satisfaction_index", "survey_n"),
        ),
        ("months", "promises"),
    ),
)
REST: Final = _("More figures")
# Shown by sentences of their own, not as a table among others.
# More columns than this need the whole width.
WIDE: Final = 2
APART: Final = frozenset({"change", "changes"})
NOTHING: Final = frozenset({"0", "0%", "–", ""})


def bars_of_targets(shown: Shown, table: Table) -> Shown:
    """The table with a bar in each row: how much of its target is reached, never more than all of it."""
    wanted, reached = table.columns.index("target"), table.columns.index("reached")
    lines = []
    for line, row in zip(shown.lines, table.rows, strict=True):
        target, so_far = row.values[wanted], row.values[reached]
        # Cut, not rounded: nobody is told that all is reached before it is so.
        bar = (
            None if not target or so_far is None else min(100, int(Fraction(so_far) * 100 / Fraction(target)))
        )
        lines.append(replace(line, bar=bar))
    return replace(shown, lines=tuple(lines))


@dataclass(frozen=True)
class Section:
    """A chapter with what was counted of it."""

    key: str
    title: str
    tiles: list[Tile]
    tables: list[Shown]

    @property
    def is_empty(self) -> bool:
        """Nothing was done or answered, and nothing is hidden: a chapter of “not known” and zeros tells nothing."""
        lines = [line for table in self.tables for line in table.lines]
        return all(tile.value == "0" or not (tile.is_known or tile.is_hidden) for tile in self.tiles) and all(
            not line.is_hidden and set(line.cells) <= NOTHING for line in lines
        )

    @property
    def narrow(self) -> list[Shown]:
        """Tables that stand side by side."""
        return [one for one in self.tables if len(one.columns) <= WIDE]

    @property
    def wide(self) -> list[Shown]:
        return [one for one in self.tables if len(one.columns) > WIDE]


def sections_of(shown: ShownDocument, document: Document) -> list[Section]:
    """The chapters of which anything was counted; what no chapter knows comes last, so that nothing is lost."""
    found = [
        Section(one.key, str(one.title), shown.some(one.figures), shown.some_tables(one.tables))
        for one in CHAPTERS
        if one is not TARGETS
    ]
    if targets := shown.some_tables(TARGETS.tables):
        with_bars = [bars_of_targets(one, document.tables[one.key]) for one in targets]
        found.insert(0, Section(TARGETS.key, str(TARGETS.title), [], with_bars))
    figures = {key for one in CHAPTERS for key in one.figures}
    tables = {key for one in CHAPTERS for key in one.tables} | APART
    rest = Section(
        "rest",
        str(REST),
        shown.some(key for key in shown.tiles if key not in figures),
        shown.some_tables(key for key in shown.tables if key not in tables),
    )
    return [one for one in (*found, rest) if not one.is_empty]
