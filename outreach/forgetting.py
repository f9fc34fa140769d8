"""Taking away who somebody was, some time after an event or when they ask; that a party of so many came stays.

What is left of a registration is its tombstone: event, state, number of people, what they needed, channel and times
(UU PDP 27/2022; the period is the office's, see README).
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from outreach import inviting
from outreach.forgetting_words import erase_words
from outreach.models import Registration, RegistrationAnswer, RegistrationContact
from outreach.models.deciding import Decision
from outreach.models.program import RegistrationQuestion
from portal.shared.push import forgetting as phones
from portal.shared.push.models import Kind
from portal.shared.work.mail import OutgoingMail

AT_ONCE: Final = 200


def forget_person(registration: Registration, *, at: datetime) -> None:
    """Name, contact and own words go at once; the places stay kept, and the code still opens it."""
    with transaction.atomic():
        forget([registration.pk], at)


def erase_due(at: datetime, *, dry_run: bool = False) -> int:
    """Erases what is due, a few hundred at a time; how many. Running it again finds nothing more."""
    rows = due(at).order_by("pk").values_list("pk", flat=True)
    if dry_run:
        return int(rows.count())
    done = 0
    while part := list(rows[:AT_ONCE]):
        with transaction.atomic():
            forget(part, at)
        done += len(part)
    return done


def due(at: datetime) -> Any:
    """Registrations of events that are long over. One that was called off is over when it would have been."""
    ended = at - timedelta(days=settings.OUTREACH_CONTACT_DAYS)
    return Registration.objects.filter(event__ends_at__lt=ended).filter(
        Q(erased_at=None) | Q(contact__isnull=False)
    )


def forget(pks: list[int], at: datetime) -> None:
    RegistrationContact.objects.filter(registration__in=pks).delete()
    RegistrationAnswer.objects.filter(
        registration__in=pks, question__kind=RegistrationQuestion.Kind.TEXT
    ).delete()
    phones.forget(Kind.REGISTRATION, pks)
    Registration.objects.filter(pk__in=pks).update(nickname="", needs_words="", erased_at=at)
    for pk in pks:
        # Letters that have not gone out; of those that have, nothing but the key was kept.
        asked = [inviting.key_of(pk, what) for what in inviting.PAGES]
        of_party = Q(key__startswith=f"registration:{pk}:") | Q(key__in=asked)
        OutgoingMail.objects.filter(of_party, sent_at=None).delete()


def over(at: datetime) -> Any:
    """Registrations of which there is nothing more to tell: given up, or their activity is over or called off.

    One that is postponed takes place on a day nobody knows yet.
    """
    postponed = Q(event__decision=Decision.POSTPONED, event__ends_at__gt=at - timedelta(days=365))
    ended = Q(event__ends_at__lt=at) & ~postponed
    # A day later: word that it was called off may still wait for a phone that is switched off.
    called_off = Q(event__decision=Decision.CANCELLED, event__changed_at__lt=at - timedelta(days=1))
    return Registration.objects.filter(ended | called_off | Q(state=Registration.State.CANCELLED))


@task()
def erase_old() -> None:
    at = timezone.now()
    erase_due(at)
    erase_words(at)
    phones.forget(Kind.REGISTRATION, over(at).order_by().values("pk"))
