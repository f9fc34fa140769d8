"""Rows that are part of one another, upwards through ``parent``."""

from typing import Any


def is_in_circle(row: Any) -> bool:
    """Whether following ``parent`` upwards comes back to the row itself; a database check sees one step only."""
    above, seen = row.parent, set()
    while above is not None and above.pk not in seen:
        if row.pk is not None and above.pk == row.pk:
            return True
        seen.add(above.pk)
        above = above.parent
    return False
