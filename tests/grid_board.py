"""The permission grid of promise beside result."""

from typing import Any

from services.models import Service
from tests.grid_rules import Rule, public


def service() -> dict[str, Any]:
    return {"slug": Service.objects.published().order_by("pk").last().slug}


BOARD: dict[str, Rule] = {"evaluation:board": public(), "evaluation:service": public(service)}
