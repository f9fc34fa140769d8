"""Whom at the office a case concerns: its unit's members, their head, and those who oversee everything."""

from collections import defaultdict
from collections.abc import Iterator

from django.contrib.auth.models import User
from django.db.models import Q

from feedback.deadlines import in_charge
from feedback.models import Submission
from services.models import Membership, Organization


class Staff:
    """Everybody who can be told something by mail, read once: five questions however many cases there are."""

    def __init__(self) -> None:
        active = User.objects.filter(is_active=True, is_staff=True).exclude(email="")
        self.people = {user.pk: user for user in active}
        self.members: dict[int, list[int]] = defaultdict(list)
        self.heads: dict[int, list[int]] = defaultdict(list)
        rows = Membership.objects.filter(user__in=self.people).order_by("pk")
        for user, unit, is_head in rows.values_list("user", "organization", "is_head"):
            self.members[unit].append(user)
            if is_head:
                self.heads[unit].append(user)
        self.parents = dict(Organization.objects.order_by().values_list("pk", "parent"))
        self.desk = self.with_right("verify_submission")
        self.overseers = self.with_right("oversee_submission")

    def with_right(self, codename: str) -> list[int]:
        """People who have a right of this room by themselves or by a role; superusers only if they have a role."""
        right = {"content_type__app_label": "feedback", "codename": codename}
        own = Q(**{f"user_permissions__{key}": value for key, value in right.items()})
        by_role = Q(**{f"groups__permissions__{key}": value for key, value in right.items()})
        found = User.objects.filter(own | by_role, pk__in=self.people).order_by("pk")
        return list(found.values_list("pk", flat=True).distinct())

    def told_of(self, case: Submission, *, is_late: bool = False, is_very_late: bool = False) -> set[int]:
        """Keys of whoever is told of a case: those who have it, from late on the head, from very late on all."""
        unit = in_charge(case) if case.unit_id or case.status != "received" else None
        key = unit.pk if unit else None
        told = set(self.nearest(self.members, key) or self.desk)
        if case.handler_id in self.people:
            told.add(case.handler_id)
        if is_late:
            told |= set(self.nearest(self.heads, key) or self.overseers)
        if is_very_late or case.is_about_staff:
            # Whoever has it may be those from whom it is hidden.
            told |= set(self.overseers)
        return told

    def nearest(self, who: dict[int, list[int]], unit: int | None) -> list[int]:
        """Those of the unit, or of the first one above it that has any."""
        return next((who[one] for one in self.chain(unit) if who.get(one)), [])

    def chain(self, unit: int | None) -> Iterator[int]:
        seen: set[int] = set()
        while unit is not None and unit not in seen:
            yield unit
            seen.add(unit)
            unit = self.parents.get(unit)
