"""How a task says that now is not the time."""

from datetime import timedelta


class TryLater(Exception):
    """Raised by a task that could not do its work yet: the worker takes it up again after ``wait``."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__()
        self.wait = wait
