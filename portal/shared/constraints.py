"""Asking the database's rules of a row before it is saved, in few questions."""

from collections.abc import Collection

from django.db import models


def check_constraints(instance: models.Model, exclude: Collection[str] = ()) -> None:
    """What `validate_constraints` does, in one small question for all conditions instead of a large one each."""
    left_out = set(exclude)
    constraints = instance._meta.constraints
    conditions: list[models.Q] = [
        one.condition
        for one in constraints
        if isinstance(one, models.CheckConstraint)
        and isinstance(one.condition, models.Q)
        and not left_out & one.condition.referenced_base_fields
    ]
    if conditions:
        everything = models.Q(*conditions)
        fields = [instance._meta.get_field(name) for name in everything.referenced_base_fields]
        against = {
            one.name: models.Value(getattr(instance, one.attname), one)
            for one in fields
            if isinstance(one, models.Field)
        }
        if not everything.check(against):
            # Asked again one by one, for the sentence.
            instance.validate_constraints(exclude=left_out)
    for one in constraints:
        if isinstance(one, models.UniqueConstraint):
            one.validate(type(instance), instance, exclude=left_out)
