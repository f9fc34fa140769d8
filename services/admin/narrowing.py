"""Filters whose rows may be few among very many.

A list in order is read along the index of its order. Where three rows of a hundred thousand answer a filter, that
walk would meet them last; so the few are looked up first, by the filter's own index.
"""

from django.db import models

FEW = 500


def among(rows: models.QuerySet, wanted: models.QuerySet) -> models.QuerySet:
    """Those of `rows` that are also in `wanted`."""
    few = list(wanted.order_by().values_list("pk", flat=True)[: FEW + 1])
    return rows.filter(pk__in=few) if len(few) <= FEW else rows.filter(pk__in=wanted.order_by().values("pk"))


def narrowed(rows: models.QuerySet, condition: models.Q) -> models.QuerySet:
    """`rows` under a condition; dense answers are met soon enough on the walk."""
    few = list(
        rows.model._default_manager.filter(condition).order_by().values_list("pk", flat=True)[: FEW + 1]
    )
    return rows.filter(pk__in=few) if len(few) <= FEW else rows.filter(condition)
