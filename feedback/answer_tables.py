"""Tables of answers, as offices keep them: one row for each respondent, or counts for each element.

Columns are known by the key or the name of their element, or as U1 to U9; then somebody has to say which order
the numbers follow, because 8 and 9 change places between the list of elements and the questionnaire.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from feedback.questionnaire import AgeBand, Education, HourBlock, Job, Sex, band_of_age
from feedback.satisfaction import LIST_ORDER, ORDERS, Result, Tally, result_of
from portal.shared.exchange.files import (
    Cell,
    FileRefused,
    csv_rows,
    decoded,
    opened,
    xlsx_rows,
)

PROBLEMS_SHOWN = 20
Rows = list[tuple[int, list[Cell]]]

# What people write above these columns, without blanks and signs.
NAMES: Final = {
    "requirements": "requirements persyaratan",
    "procedure": "procedure prosedur sistemmekanismedanprosedur systemmechanismprocedure",
    "time": "time waktu waktupenyelesaian waktupelayanan completiontime",
    "cost": "cost biaya tarif biayatarif costtariff",
    "product": "product produk produkspesifikasijenispelayanan produklayanan produkpelayanan serviceproduct",
    "competence": "competence kompetensi kompetensipelaksana kompetensipetugas staffcompetence",
    "conduct": "conduct perilaku perilakupelaksana perilakupetugas staffconduct",
    "complaints": "complaints pengaduan penangananpengaduan penangananpengaduansarandanmasukan",
    "facilities": "facilities sarana saranaprasarana saranadanprasarana",
}
ELEMENT_BY_NAME: Final = {name: key for key, names in NAMES.items() for name in names.split()}
ATTRIBUTES: Final = {
    "sex": "sex gender jeniskelamin jk lp kelamin",
    "age_band": "age ageband umur usia kelompokumur",
    "education": "education pendidikan pendidikanterakhir",
    "job": "job pekerjaan",
    "answered_on": "date tanggal tanggalsurvei answeredon tgl",
    "hour_block": "hourblock jam jamsurvei",
}
ATTRIBUTE_BY_NAME: Final = {name: key for key, names in ATTRIBUTES.items() for name in names.split()}
NUMBERED: Final = re.compile(r"u0?([1-9])(.*)")
COUNTED: Final = re.compile(r"(?:countscore|count|score|nilai|jumlahnilai|skor)?([1-4])")
UNANSWERED: Final = {"", "-", "–", "—"}


@dataclass(frozen=True)
class Answered:
    """One respondent: what they answered by key, and what they said of themselves."""

    row: int
    answers: dict[str, int]
    about: dict[str, Any]


@dataclass
class AnswerTable:
    """What a file says; with `problems` nothing of it may be used."""

    respondents: list[Answered] = field(default_factory=list)
    counted: Result | None = None
    problems: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    # Rows that hold something, but no answer.
    silent: int = 0

    @property
    def result(self) -> Result:
        return self.counted or result_of(one.answers for one in self.respondents)


def every_row(content: bytes) -> Rows:
    """The rows of a file however long it is; raises FileRefused."""
    rows: Iterator[tuple[int, list[Cell]]] = (
        xlsx_rows(content) if content.startswith(b"PK") else csv_rows(decoded(content)[0])
    )
    return [(number, cells) for number, cells in rows if any(cell != "" for cell in cells)]


def rows_of_upload(content: bytes) -> Rows:
    """The same within the limits of the desk."""
    return opened(content).rows


def read(rows: Rows, order: str | None) -> AnswerTable:
    """Reads a table by its header; `order` is "list" or "questionnaire", or None where no column is numbered.

    Raises FileRefused when the header cannot be understood.
    """
    if not rows:
        raise FileRefused(_("The file is empty."))
    header = [plain(cell) for cell in rows[0][1]]
    if any(name in {"element", "unsur"} for name in header):
        return read_counts(header, rows[1:], order)
    columns, attributes, ignored = columns_of(header, rows[0][1], order)
    table = AnswerTable(ignored=ignored)
    for number, cells in rows[1:]:
        if len(cells) > len(header):
            table.problems.append(_("Row %(row)s has more cells than the header.") % {"row": number})
            continue
        texts = [text_of(cell) for cell in cells] + [""] * (len(header) - len(cells))
        answers: dict[str, int] = {}
        for place, key in columns.items():
            value, problem = answer_in(texts[place])
            if problem:
                words = {"row": number, "column": rows[0][1][place], "value": texts[place][:30]}
                table.problems.append(
                    _("Row %(row)s, %(column)s: “%(value)s” is not 1, 2, 3 or 4. Empty means not answered.")
                    % words
                )
            elif value is not None:
                answers[key] = value
        about = {name: attribute_in(name, texts[place]) for place, name in attributes.items()}
        if answers:
            table.respondents.append(Answered(number, answers, about))
        elif not table.problems:
            table.silent += 1
    return table


def columns_of(
    header: list[str], written: list[Cell], order: str | None
) -> tuple[dict[int, str], dict[int, str], list[str]]:
    """Which column is which element and which attribute, and what is left; raises FileRefused."""
    columns: dict[int, str] = {}
    attributes: dict[int, str] = {}
    ignored = []
    for place, name in enumerate(header):
        key = element_named(name, order)
        if key is not None:
            if key in columns.values():
                raise FileRefused(_("Two columns hold the element “%(key)s”. Leave only one.") % {"key": key})
            columns[place] = key
        elif name in ATTRIBUTE_BY_NAME and ATTRIBUTE_BY_NAME[name] not in attributes.values():
            attributes[place] = ATTRIBUTE_BY_NAME[name]
        elif name:
            ignored.append(str(written[place]))
    missing = [key for key in LIST_ORDER if key not in columns.values()]
    if missing:
        raise FileRefused(
            _("The first row must name all nine elements, as U1 to U9 or by key. Missing: %(keys)s.")
            % {"keys": ", ".join(missing)}
        )
    return columns, attributes, ignored


def element_named(name: str, order: str | None) -> str | None:
    """The key of the element a header means; None when it means something else."""
    if name in ELEMENT_BY_NAME:
        return ELEMENT_BY_NAME[name]
    numbered = NUMBERED.fullmatch(name)
    if numbered is None:
        return None
    if numbered[2] in ELEMENT_BY_NAME:
        # “U8 Sarana dan Prasarana” says itself which one it is.
        return ELEMENT_BY_NAME[numbered[2]]
    if order is None:
        raise FileRefused(
            _(
                "U8 and U9 change places between the list of elements and the questionnaire. "
                "Say which order the columns follow: list or questionnaire."
            )
        )
    return ORDERS[order][int(numbered[1]) - 1]


def read_counts(header: list[str], rows: Rows, order: str | None) -> AnswerTable:
    """A table with one row for each element, and how often each value was given."""
    named = next(place for place, name in enumerate(header) if name in {"element", "unsur"})
    values = {place: int(found[1]) for place, name in enumerate(header) if (found := COUNTED.fullmatch(name))}
    if sorted(values.values()) != [1, 2, 3, 4]:
        raise FileRefused(
            _(
                "A table of counts needs the columns count_score1, count_score2, count_score3 and count_score4."
            )
        )
    tallies: dict[str, Tally] = {}
    table = AnswerTable()
    for number, cells in rows:
        texts = [text_of(cell) for cell in cells] + [""] * (len(header) - len(cells))
        key = element_named(plain(texts[named]), order)
        counts = {value: texts[place] or "0" for place, value in values.items()}
        if key is None or key in tallies:
            words = {"row": number, "value": texts[named][:30]}
            table.problems.append(_("Row %(row)s: “%(value)s” is no element, or stands there twice.") % words)
        elif not all(count.isascii() and count.isdecimal() and len(count) < 9 for count in counts.values()):
            table.problems.append(_("Row %(row)s: a count is a whole number.") % {"row": number})
        else:
            told = {value: int(count) for value, count in counts.items()}
            tallies[key] = Tally(sum(told.values()), sum(value * count for value, count in told.items()))
    missing = [key for key in LIST_ORDER if key not in tallies]
    if missing and not table.problems:
        table.problems.append(_("These elements are missing: %(keys)s.") % {"keys": ", ".join(missing)})
    # Whoever skipped an element is not in its count, so the longest one comes nearest to the respondents.
    table.counted = Result(max((one.count for one in tallies.values()), default=0), tallies)
    return table


def plain(cell: Cell) -> str:
    """A header without what people write differently: blanks, signs, capitals."""
    return re.sub(r"[^a-z0-9]", "", str(cell).lower()) if isinstance(cell, str) else ""


def text_of(cell: Cell) -> str:
    # A formula or an error of the spreadsheet is no answer, and is shown as what it is.
    return cell.strip() if isinstance(cell, str) else cell.text


def answer_in(text: str) -> tuple[int | None, bool]:
    """The value in a cell, and whether it is none that can be."""
    if text in UNANSWERED:
        return None, False
    found = re.fullmatch(r"([1-4])(?:[.,]0+)?", text)
    return (int(found[1]), False) if found else (None, True)


def attribute_in(name: str, text: str) -> Any:
    """What a respondent says of themselves as we keep it; empty when it is something else."""
    word = re.sub(r"[^a-z0-9-]", "", text.lower())
    match name:
        case "sex":
            return {"l": Sex.MALE, "m": Sex.MALE, "p": Sex.FEMALE, "f": Sex.FEMALE, "w": Sex.FEMALE}.get(
                word[:1], ""
            )
        case "age_band":
            if word in AgeBand.values:
                return word
            return band_of_age(int(word)) if word.isdecimal() and 5 <= int(word[:4]) <= 120 else ""
        case "education":
            return next((one for one in Education.values if one.lower() == word), "")
        case "job":
            return next((one for one in Job.values if one.lower() == word), "")
        case "hour_block":
            return {"08": HourBlock.MORNING, "13": HourBlock.AFTERNOON}.get(word[:2], "")
    return date_in(text)


def date_in(text: str) -> date | None:
    for shape in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(text[:10], shape).date()
        except ValueError:
            continue
    return None
