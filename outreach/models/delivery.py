"""One sending of a post's version by a connector: to a page, or to one number. It goes out once or asks a human."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.models.post_version import PostVersion
from portal.shared.history import Remembered, recorded
from services.models.organization import RowsOfUnits

# Longer than a sending can take, with all its waiting: whoever took it and is still silent then is gone.
ON_ITS_WAY = timedelta(minutes=15)


class DeliveryQuerySet(RowsOfUnits):
    of_unit = "version__post__unit"

    def asking(self) -> Self:
        """Those a person has to decide."""
        return self.filter(state__in=(Delivery.State.UNCLEAR, Delivery.State.REFUSED))

    def abandoned(self, at: datetime) -> Self:
        """Whoever had begun to send them ended before saying how it went."""
        return self.filter(state=Delivery.State.ON_ITS_WAY, on_its_way_until__lte=at)


class Delivery(Remembered):
    """Whether a version reached one receiver.

    Unlike mail, a second post cannot be recognised as the first one's twin. So it is sent again only when the
    channel has surely not taken it; when that is not known, it is “unclear”, and a person looks.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits to be sent")
        ON_ITS_WAY = "on_its_way", _("on its way")
        SENT = "sent", _("sent")
        UNCLEAR = "unclear", _("unclear whether it was sent")
        REFUSED = "refused", _("not taken")

    version = models.ForeignKey(
        PostVersion, models.CASCADE, related_name="deliveries", verbose_name=_("version")
    )
    # Empty for a page; for a number a keyed hash, because numbers are kept in the settings alone.
    receiver = models.CharField(max_length=64, blank=True, editable=False)
    receiver_words = models.CharField(_("to"), max_length=40, blank=True, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING, editable=False
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0, editable=False)
    on_its_way_until = models.DateTimeField(null=True, editable=False)
    # Of what was prepared there and can be published once: Instagram's container.
    prepared_id = models.CharField(max_length=80, blank=True, editable=False)
    external_id = models.CharField(_("number at the channel"), max_length=200, blank=True, editable=False)
    problem = models.CharField(_("what the channel said"), max_length=300, blank=True, editable=False)
    made_at = models.DateTimeField(_("asked for"), editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    objects: ClassVar = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("sending of a post")
        verbose_name_plural = _("sendings of posts")
        ordering = ("pk",)
        default_permissions = ("view",)
        constraints = (
            models.UniqueConstraint(
                name="delivery_once_a_receiver",
                fields=("version", "receiver"),
                violation_error_message=_("This receiver has it already."),
            ),
            models.CheckConstraint(
                name="delivery_on_its_way_until",
                condition=Q(state="on_its_way", on_its_way_until__isnull=False)
                | (~Q(state="on_its_way") & Q(on_its_way_until__isnull=True)),
                violation_error_message=_("What is on its way says until when it is waited for."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.version} {self.receiver_words}".strip()

    @property
    def asks(self) -> bool:
        return self.state in (self.State.UNCLEAR, self.State.REFUSED)

    # What the sender says ------------------------------------------------------------

    def take(self, at: datetime) -> bool:
        """Begins to send, for one alone, however many try; False when it is not waiting."""
        mine = Delivery.objects.filter(pk=self.pk, state=self.State.WAITING)
        taken = mine.update(
            state=self.State.ON_ITS_WAY, on_its_way_until=at + ON_ITS_WAY, tries=F("tries") + 1, problem=""
        )
        self.refresh_from_db()
        return bool(taken)

    def keep_prepared(self, prepared_id: str) -> None:
        self.prepared_id = prepared_id
        Delivery.objects.filter(pk=self.pk).update(prepared_id=prepared_id)

    def end(self, state: str, at: datetime, *, problem: str = "", external_id: str = "") -> bool:
        """How the sending went; only while it is on its way, so that a late answer overwrites no decision."""
        mine = Delivery.objects.filter(pk=self.pk, state=self.State.ON_ITS_WAY)
        told = mine.update(
            state=state,
            on_its_way_until=None,
            ended_at=None if state == self.State.WAITING else at,
            problem=problem[:300],
            external_id=external_id[:200],
        )
        self.refresh_from_db()
        return bool(told)

    # What a person decides ------------------------------------------------------------

    def settle(self, is_there: bool, *, by: Any, at: datetime | None = None) -> None:
        """Somebody looked at the channel: it is there, or it is not and waits to be sent anew."""
        at = at or timezone.now()
        with recorded(self, verb="settle", by=by, at=at, is_public=False):
            self.refresh_from_db()
            if not self.asks:
                raise ValidationError(_("There is nothing to decide here any more."), code="settled")
            was_refused = self.state == self.State.REFUSED
            self.state = self.State.SENT if is_there else self.State.WAITING
            self.ended_at = at if is_there else None
            if not is_there:
                self.problem, self.tries = "", 0
                if was_refused:
                    # What the channel could not use is prepared anew; otherwise the same is tried once more, and
                    # Instagram knows by it whether it was published after all.
                    self.prepared_id = ""
            self.save(update_fields=["state", "ended_at", "problem", "prepared_id", "tries"])
