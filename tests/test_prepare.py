"""What `make run` says when a portal cannot be prepared."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection


def test_a_database_that_does_not_answer_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Any:
        raise OperationalError("Connection refused")

    monkeypatch.setattr(connection, "ensure_connection", refuse)
    with pytest.raises(CommandError, match=r"(?s)Connection refused.*Cure: .*DATABASE_URL"):
        call_command("prepare", data="tanjung-barat")
