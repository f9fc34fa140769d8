"""A case goes only where the table lets it, and every move is remembered."""

import pytest

from feedback.lifecycle import Status
from tests.builders import make_submission

WALKED = [one for one in Status if one != Status.DUPLICATE]


@pytest.mark.django_db
@pytest.mark.parametrize("status", WALKED)
def test_every_status_is_reached_by_the_verbs(status: str) -> None:
    submission = make_submission(status=status)
    submission.refresh_from_db()
    assert submission.status == status
    assert submission.status_changes.last().to_status == status
