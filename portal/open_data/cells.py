"""One value as a cell of a CSV file."""

import json
import re
from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def cell(value: Any) -> str:
    """A cell a spreadsheet shows as text: a leading formula sign is disarmed (OWASP, CSV injection).

    Numbers keep their sign: digits with a minus before them are no formula.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    text = str(value)
    if NUMBER.fullmatch(text):
        return text
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)
