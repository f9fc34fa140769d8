"""Once a day: files of photos that belong to nothing any more, left behind by a power cut or an expired draft."""

from django.utils import timezone
from django_tasks import task

from feedback.erasure import erase_due
from feedback.models import Photo


@task()
def sweep_photos() -> int:
    """Removes them and says how many; run twice, it changes nothing more."""
    return len(Photo.objects.sweep(timezone.now()))


@task()
def erase_old() -> None:
    """Erases what must not be kept any longer."""
    erase_due(timezone.now())
