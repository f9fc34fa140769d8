"""A counted document on paper: the chapters of the desk as blocks, with the words and rounding of its pages."""

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext as _

from portal.evaluation.heard import Rated, Repeated, Sentence
from portal.evaluation.papers.blocks import (
    Block,
    figures,
    items,
    part,
    quotes,
    side_by_side,
    small,
    table,
    text,
)
from portal.evaluation.papers.satisfaction import index_words
from portal.evaluation.sections import Section
from portal.evaluation.sentences import Changed, Statement
from portal.evaluation.showing import Shown, Tile

NOTHING: Final = frozenset({"0", "0%", "–"})


def chapters(sections: Iterable[Section]) -> Iterable[Block]:
    for one in sections:
        narrow = side_by_side(counted(each) for each in one.narrow)
        yield part(one.title, tiles(one.tiles), narrow, *(counted(each) for each in one.wide))


def tiles(told: Iterable[Tile]) -> Block | None:
    return figures((one.label, one.value, " · ".join(one.notes)) for one in told)


def counted(shown: Shown) -> Block | None:
    """A table; nothing where all of it is nothing, which its figures say already."""
    if all(cell in NOTHING for line in shown.lines for cell in line.cells):
        return None
    lines = [*shown.lines, *([shown.total] if shown.total else [])]
    has_bars = any(line.bar is not None for line in shown.lines)
    return table(
        ("", *shown.columns),
        [(line.label, *(("–",) * len(shown.columns) if line.is_hidden else line.cells)) for line in lines],
        title=shown.title,
        bars=[line.bar for line in shown.lines] if has_bars else (),
        has_total=shown.total is not None,
    )


def changes(told: Iterable[Changed]) -> Iterable[Block]:
    """What moved for the services of a campaign: a sentence with its numbers each, never a cause."""
    found = list(told)
    if not found:
        return
    yield part(
        _("Its services, before and after"),
        small(
            _(
                "Equal times before and after, beside services the campaign was not about. What moved at the same "
                "time need not have moved because of it."
            )
        ),
    )
    for one in found:
        silent = ", ".join(statement.name for statement in one.silent)
        yield part(
            one.name,
            table(
                ("", _("Before"), _("After"), _("Others before"), _("Others after"), _("Verdict")),
                [(said.name, *(said.cells or ("–",) * 4), said.word) for said in one.said],
            ),
            items(sentence_of(said) for said in one.said) if one.said else None,
            small(_("Too few to compare:") + " " + silent) if silent else None,
            level=2,
        )


def sentence_of(said: Statement) -> str:
    if not said.between:
        return said.sentence
    words = {"difference": said.difference, "between": said.between}
    return f"{said.sentence} " + _("Difference %(difference)s, probably %(between)s.") % words


def ratings(told: list[Rated]) -> Block:
    rows = [
        (
            one.name or _("without a service"),
            one.solved,
            one.partly,
            one.not_yet,
            f"{index_words(one.survey)} (n = {one.survey.n})" if one.survey.n else "–",
        )
        for one in told
    ]
    heads = (_("Service"), _("Solved"), _("Partly"), _("Not yet"), _("Satisfaction index"))
    return part(
        _("How residents rate our services"),
        table(heads, rows) or text(_("Nobody has rated an answer or filled in a survey in this period.")),
        small(_("Solved, partly, not yet: what residents say of answers to their cases.")) if rows else None,
    )


def problems(told: list[Repeated]) -> Block:
    heads = (_("Topic"), _("Where"), _("Cases"), _("Still open"), _("Late"))
    rows = [
        (
            " · ".join(filter(None, (one.topic or _("no topic yet"), one.sector))),
            one.rw or _("no RW"),
            one.n,
            one.open,
            one.late,
        )
        for one in told
    ]
    return part(
        _("What comes up again and again"),
        table(heads, rows, words=2, marked=[place for place, one in enumerate(told) if one.late])
        or text(_("No problem was told three times or more in one RW.")),
    )


def said(told: Iterable[Sentence]) -> Block | None:
    """Paper goes from hand to hand: only what was released stands on it."""
    released = [(one.text, one.about, one.of) for one in told if one.is_released]
    return part(_("In the words of residents"), quotes(released)) if released else None
