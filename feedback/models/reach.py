"""From whom a case about a member of staff is hidden: everybody who works in that person's unit."""

from typing import Any

from django.db import models

from services.models import Membership, Organization
from services.models.organization import EVERY_UNIT

LEVELS = ("organization", "organization__parent", "organization__parent__parent")


def workplaces(user: Any) -> frozenset[int]:
    """The units somebody works in: those they are a member of and every one above; asked once for each `user`."""
    known: frozenset[int] | None = getattr(user, "_workplaces", None)
    if known is None:
        rows = Membership.objects.filter(user=user.pk).order_by().values_list(*LEVELS)
        found = {unit for row in rows for unit in row if unit is not None}
        known = frozenset(with_all_above(found, {row[-1] for row in rows} - {None}))
        user._workplaces = known
    return known


def with_all_above(found: set[int], last: set[int]) -> set[int]:
    """Few trees are deeper than three levels; those that are cost one question for each level more."""
    while last:
        above = Organization.objects.filter(pk__in=last, parent__isnull=False).order_by()
        last = set(above.values_list("parent", flat=True)) - found
        found |= last
    return found


def about_colleagues(user: Any) -> models.Q:
    """Cases told about somebody of this person's own unit.

    While nobody has said which unit that is, it may be any: only those who work for all of them read it.
    """
    units = models.Q(about_unit__in=workplaces(user))
    if not user.has_perm(EVERY_UNIT):
        units |= models.Q(about_unit=None)
    return models.Q(is_about_staff=True) & units


def is_part_of(unit: Any, other: Any) -> bool:
    """Whether a unit is the other one or somewhere below it."""
    seen: set[int] = set()
    while unit is not None and unit.pk not in seen:
        if unit.pk == other.pk:
            return True
        seen.add(unit.pk)
        unit = unit.parent
    return False
