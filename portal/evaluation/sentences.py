"""What a comparison says in words: plain sentences that say what changed and how sure that is, and never why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.evaluation.activities import WINDOW
from portal.evaluation.change import COLUMNS, NO_ACTIVITY, TOO_EARLY
from portal.evaluation.comparing import (
    CANNOT_TELL,
    COMPLAINTS,
    FELL,
    FEWEST,
    INDEX,
    MEASURES,
    MEDIAN_DAYS,
    ON_TIME,
    ROSE,
    TOO_FEW,
    VISITS,
)
from portal.evaluation.documents import Document, Number, Row
from portal.evaluation.labels import labels_of
from portal.evaluation.showing import number

NAMES: Final[Mapping[str, Promise]] = {
    COMPLAINTS.key: gettext_lazy("Complaints"),
    INDEX.key: gettext_lazy("Satisfaction index"),
    ON_TIME.key: gettext_lazy("Answered on time"),
    MEDIAN_DAYS.key: gettext_lazy("Working days until half are answered"),
    VISITS.key: gettext_lazy("Visits of its page by short link"),
}
SENTENCES: Final[Mapping[tuple[str, str], Promise]] = {
    (COMPLAINTS.key, ROSE): gettext_lazy("Compared with other services, complaints went up."),
    (COMPLAINTS.key, FELL): gettext_lazy("Compared with other services, complaints went down."),
    (INDEX.key, ROSE): gettext_lazy("Compared with other services, satisfaction went up."),
    (INDEX.key, FELL): gettext_lazy("Compared with other services, satisfaction went down."),
    (ON_TIME.key, ROSE): gettext_lazy("Compared with other services, more is answered on time."),
    (ON_TIME.key, FELL): gettext_lazy("Compared with other services, less is answered on time."),
    (MEDIAN_DAYS.key, ROSE): gettext_lazy("Compared with other services, answers take longer."),
    (MEDIAN_DAYS.key, FELL): gettext_lazy("Compared with other services, answers come faster."),
    (VISITS.key, ROSE): gettext_lazy("Compared with other services, its page is opened more often."),
    (VISITS.key, FELL): gettext_lazy("Compared with other services, its page is opened less often."),
}
WORDS: Final[Mapping[str, Promise]] = {
    ROSE: pgettext_lazy("verdict", "rose"),
    FELL: pgettext_lazy("verdict", "fell"),
    CANNOT_TELL: pgettext_lazy("verdict", "cannot be told"),
    TOO_FEW: pgettext_lazy("verdict", "too few"),
}
# More of these is worse; the tag of a verdict says only what moved, its colour whether residents gain by it.
BETTER_LOW: Final = frozenset({COMPLAINTS.key, MEDIAN_DAYS.key})
UNITS: Final = {measure.key: "count" if measure.is_count else measure.unit for measure in MEASURES}


@dataclass(frozen=True)
class Statement:
    """One measure: its verdict as a word and as a sentence, and the numbers it comes from."""

    key: str
    name: str
    verdict: str
    word: str
    sentence: str
    cells: tuple[str, ...] = ()
    difference: str = ""
    between: str = ""
    sizes: tuple[str, ...] = ()

    @property
    def is_better(self) -> bool:
        return self.verdict == (FELL if self.key in BETTER_LOW else ROSE)

    @property
    def is_worse(self) -> bool:
        return self.verdict == (ROSE if self.key in BETTER_LOW else FELL)


@dataclass(frozen=True)
class Changed:
    """All that is said of one service."""

    slug: str
    name: str
    statements: tuple[Statement, ...]
    # Why there is nothing to compare at all; empty where there is.
    reason: str = ""

    @property
    def said(self) -> list[Statement]:
        """Those with enough to compare."""
        return [one for one in self.statements if one.verdict != TOO_FEW]

    @property
    def silent(self) -> list[Statement]:
        return [one for one in self.statements if one.verdict == TOO_FEW]


def changed_service(document: Document, name: str = "") -> Changed:
    """What a document of one service says (`change.change_of`)."""
    table = document.tables.get("change")
    rows = {row.key: row for row in table.rows} if table else {}
    verdicts = {key: document.words.get(f"verdict:{key}", TOO_FEW) for key in NAMES}
    return Changed(
        document.subject.removeprefix("service:"),
        name,
        tuple(statements(verdicts, rows)),
        reason_of(document.words.get("reason", "")),
    )


def changed_services(document: Document) -> list[Changed]:
    """What a document of a campaign says of each of its services (`change.changes_of`)."""
    slugs = list(document.words.get("changed_services", ()))
    names = labels_of("service", slugs)
    table = document.tables.get("changes")
    rows = {row.key: row for row in table.rows} if table else {}
    found = []
    for slug in slugs:
        own = {key: rows[f"{slug}:{key}"] for key in NAMES if f"{slug}:{key}" in rows}
        verdicts = {key: document.words.get(f"verdict:{key}:{slug}", TOO_FEW) for key in NAMES}
        reason = reason_of(document.words.get("change_reason", ""))
        found.append(Changed(slug, names[slug], tuple(statements(verdicts, own)), reason))
    return found


def reason_of(word: str) -> str:
    """Why nothing is compared, as a sentence."""
    return {
        NO_ACTIVITY: _("No activity about it is over yet."),
        TOO_EARLY: _("It is too early to compare: we do so %(n)s days after the last activity.")
        % {"n": WINDOW},
    }.get(word, "")


def statements(verdicts: Mapping[str, str], rows: Mapping[str, Row]) -> Iterable[Statement]:
    for key, name in NAMES.items():
        verdict, row = verdicts[key], rows.get(key)
        if row is None or row.is_hidden:
            yield Statement(key, str(name), verdict, str(WORDS[verdict]), sentence_of(key, verdict, None))
            continue
        values: dict[str, Any] = dict(zip(COLUMNS, row.values, strict=True))
        unit = UNITS[key]
        yield Statement(
            key,
            str(name),
            verdict,
            str(WORDS[verdict]),
            sentence_of(key, verdict, values["difference"]),
            tuple(number(values[name], unit) for name in COLUMNS[:4]),
            signed(values["difference"], unit),
            _("%(low)s to %(high)s")
            % {"low": signed(values["low"], unit), "high": signed(values["high"], unit)}
            if values["low"] is not None
            else "",
            tuple(number(values[name]) for name in COLUMNS[-4:]),
        )


def sentence_of(key: str, verdict: str, difference: Number | None) -> str:
    if verdict == TOO_FEW:
        return _("Too few to say anything: fewer than %(n)s before or after.") % {"n": FEWEST}
    if verdict == CANNOT_TELL:
        if difference is None:
            return _("Cannot be told: there are too few of other services to compare with.")
        return _("Cannot be told: a difference like this comes about by chance too.")
    return str(SENTENCES[key, verdict])


def signed(value: Number | None, unit: str) -> str:
    """With its sign, so that a difference is not read as an amount; of percentages, in points."""
    if value is None:
        return "–"
    text = number(value, "count" if unit == "percent" else unit)
    return f"+{text}" if value > 0 else text.replace("-", "−")
