"""Asking for letters, saying yes to them with the code that was sent, and leaving.

The code is typed into a page and never part of an address, so that no log, history or preview of a mail program can say
yes for anybody. The link to leave is part of an address, because mail programs need it there (RFC 8058); whoever finds
it can end the letters and learns nothing, not even to whom they went.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django_tasks import task

from portal.shared import slowing
from portal.shared.receipt import secret_from, secret_hash
from portal.shared.work.mail import OutgoingMail, queue_mail
from portal.subscriptions.models import UNCONFIRMED_FOR, Subscription, address_hash
from services.facets import profile
from services.models import Area, Category


@dataclass(frozen=True)
class Wish:
    """What somebody chose in the form; `kinds` are names of columns of `Subscription`."""

    email: str
    kinds: frozenset[str]
    every: str
    area: Area | None
    topics: tuple[Category, ...]
    language: str


def ask(wish: Wish, *, form_key: str, at: datetime) -> None:
    """Writes to the address whether it wants letters; the same form sent twice writes once.

    Nothing tells whether the address is known, and none gets more than three such letters a day.
    """
    code = secret_from(form_key)
    owner, mark = address_hash(wish.email), secret_hash(code)
    if Subscription.objects.filter(code_hash=mark).exists() or slowing.spend("letter", owner, at=at):
        return
    try:
        with transaction.atomic():
            asked = Subscription.objects.create(
                email=wish.email.strip(),
                address_hash=owner,
                language=wish.language,
                every=wish.every,
                area=wish.area,
                asked_at=at,
                code_hash=mark,
                **dict.fromkeys(wish.kinds, True),
            )
            asked.topics.set(wish.topics)
            write_asking(asked, code)
    except IntegrityError:
        # The same form, at the same moment.
        if not Subscription.objects.filter(code_hash=mark).exists():
            raise


def write_asking(asked: Subscription, code: str) -> None:
    with translation.override(asked.language):
        name = name_of_portal()
        address = settings.SITE_URL + reverse("subscriptions:confirm")
        parts = [
            gettext("Somebody, probably you, asked that %(name)s writes to this address what is new.")
            % {"name": name},
            gettext("Is that right? Then open this page and type the code:"),
            f"{address}\n{code}",
            gettext("The code holds for two days. Until you have typed it, we send nothing."),
            gettext("It was not you? Then do nothing: in two days this address is erased here."),
        ]
        subject = gettext("Your code for letters from %(name)s") % {"name": name}
    queue_mail(
        to=asked.email, subject=subject[:200], body="\n\n".join(parts), key=f"subscribe:{asked.pk}:ask"
    )


def confirm(typed_code: str, *, at: datetime) -> Subscription | None:
    """Begins the letters; the wish confirmed last replaces what the address had. None for a code nobody has."""
    with transaction.atomic():
        found = Subscription.objects.filter(code_hash=secret_hash(typed_code)).first()
        if found is None:
            return None
        # Two codes of one address at once: one after the other, and the later one holds.
        same = Subscription.objects.filter(address_hash=found.address_hash).order_by("pk")
        rows = {row.pk: row for row in same.select_for_update()}
        one = rows.pop(found.pk, None)
        if one is None or (one.confirmed_at is None and one.asked_at <= at - UNCONFIRMED_FOR):
            return None
        if one.confirmed_at is None:
            for other in rows.values():
                erase(other)
            one.confirmed_at = one.told_until = at
            one.save(update_fields=["confirmed_at", "told_until"])
        return one


def leave(key: str) -> None:
    """Ends the letters and erases all that is kept of the address; for a key nobody has there is nothing to do."""
    with transaction.atomic():
        one = Subscription.objects.select_for_update().filter(leave_key=key).first()
        if one is None:
            return
        for row in Subscription.objects.filter(address_hash=one.address_hash):
            erase(row)


def erase(one: Subscription) -> None:
    """The row and every letter to it that has not been sent."""
    OutgoingMail.objects.filter(key__startswith=f"subscribe:{one.pk}:", sent_at=None).delete()
    one.delete()


@task()
def erase_unconfirmed() -> None:
    """Once an hour: addresses nobody has confirmed in two days are gone."""
    for one in Subscription.objects.given_up(timezone.now()).order_by("pk"):
        with transaction.atomic():
            # Confirmed at this very moment, it stays.
            still = Subscription.objects.select_for_update().filter(pk=one.pk, confirmed_at=None).first()
            if still is not None:
                erase(still)


def name_of_portal() -> str:
    portal = profile()
    return portal.name if portal else "Balai Warga"
