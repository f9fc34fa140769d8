"""How figures are written down: what was measured beside what was wished for, decided by nobody but the reader."""

from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One line of the table; every part is ready to be read, so that each bench chooses its own units."""

    name: str
    measured: str
    target: str = ""
    ratio: str = ""
    cpu: str = ""
    is_met: bool | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


HEADINGS = {
    "name": "Figure",
    "measured": "Measured",
    "target": "Target",
    "ratio": "Ratio",
    "cpu": "CPU per request",
    "is_met": "Met",
}
MET = {True: "yes", False: "NO", None: ""}


def table(figures: list[Figure]) -> str:
    """The figures in columns as wide as they need to be."""
    rows = [[HEADINGS[field.name] for field in fields(Figure)]]
    rows += [[*(str(value) for value in list(asdict(one).values())[:-1]), MET[one.is_met]] for one in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])
