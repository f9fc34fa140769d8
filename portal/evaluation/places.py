"""Areas by their key: to which RW an RT belongs and what lies in what; with them the address words of audiences."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from django.db.models import F, Value

from services.models import Area, Audience

# How deep areas lie in each other: province, regency, district, village, RW, RT, and one more for safety.
DEPTH = 7


@dataclass(frozen=True)
class Places:
    """`rows` by key: address word, level, and the key of the area above."""

    rows: dict[int, tuple[str, str, int | None]]

    @cached_property
    def above(self) -> dict[int, frozenset[int]]:
        """Every area with itself and all it lies in."""
        return {pk: frozenset(self.line(pk)) for pk in self.rows}

    def line(self, pk: int) -> list[int]:
        found = [pk]
        while len(found) < DEPTH:
            parent = self.rows[found[-1]][2]
            if parent is None:
                break
            found.append(parent)
        return found

    def rw(self, pk: int) -> str:
        """The address word of the RW it lies in; of an area that lies in none, its own."""
        for one in self.line(pk):
            slug, level, _parent = self.rows[one]
            if level == Area.Level.RW:
                return slug
        return self.rows[pk][0]

    def rw_of(self, pks: Collection[int]) -> str:
        """The one RW that all of these lie in; empty if there is no such."""
        found = {self.rw(pk) for pk in pks}
        return found.pop() if len(found) == 1 else ""


def names() -> tuple[Places, dict[int, str]]:
    """All areas, and the address words of all audiences by key in the order of the catalogue, in one question."""
    columns = ("kind", "pk", "slug", "area_level", "lies_in")
    areas = Area.objects.order_by().annotate(
        kind=Value("area"), area_level=F("level"), lies_in=F("parent_id")
    )
    audiences = Audience.objects.order_by().annotate(
        kind=Value("audience"), area_level=Value(""), lies_in=F("position")
    )
    rows: dict[int, tuple[str, str, int | None]] = {}
    found: list[tuple[int, int, str]] = []
    for kind, pk, slug, level, above in areas.values_list(*columns).union(
        audiences.values_list(*columns), all=True
    ):
        if kind == "area":
            rows[pk] = (slug, level, above)
        else:
            found.append((above, pk, slug))
    return Places(rows), {pk: slug for _position, pk, slug in sorted(found)}
