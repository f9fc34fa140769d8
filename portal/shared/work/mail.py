"""Mail is written down in the transaction that asks for it, sent by the worker, and erased once it is sent."""

import json
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email
from django.db import Error, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from portal.shared.work.later import TryLater

# How long to wait after the first, second … time the mail server did not take a mail; then it has failed.
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
# Longer than sending can take, so that a mail is never on its way twice at once.
ON_ITS_WAY = timedelta(minutes=10)
# A sent mail's key is kept so long, in which the same mail is not sent again; an unsent one is given up.
KEPT = timedelta(days=90)
TRIES_TO_NOTE = (0, 1, 4, 10)  # seconds before each


class OutgoingMail(models.Model):
    """One mail to one person. Once sent, only its key and its times are left."""

    key = models.CharField(_("key"), max_length=200, unique=True)
    to = models.CharField(_("to"), max_length=254, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"), blank=True)
    # JSON of those beside the usual ones, such as the way to leave a list; they go with the text.
    headers = models.TextField(_("headers"), blank=True)
    made_at = models.DateTimeField(_("written at"))
    on_its_way_until = models.DateTimeField(_("on its way until"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    tries = models.PositiveIntegerField(_("tries"), default=0)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(to="", subject="", body="", headers=""),
                name="sent_mail_is_erased",
                violation_error_message=_("A mail that was sent keeps neither its address nor its text."),
            ),
        )

    def __str__(self) -> str:
        # Never the address: this may end up in a log or a title.
        return f"mail {self.pk}"

    @property
    def message_id(self) -> str:
        """The same for every try, so that mail programs show a mail that went out twice only once."""
        name = salted_hmac("portal.shared.work.mail", self.key, algorithm="sha256").hexdigest()[:40]
        return f"<{name}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"

    def send(self, at: datetime) -> None:
        """Hands the mail to the mail server unless that was done; raises TryLater while it makes sense."""
        if not self._take(at):
            self.refresh_from_db()
            if self.sent_at is None:
                raise TryLater((self.on_its_way_until or at) - at)
            return
        self.refresh_from_db()
        own = json.loads(self.headers) if self.headers else {}
        headers = {**own, "Message-ID": self.message_id}
        message = EmailMessage(self.subject, self.body, to=[self.to], headers=headers)
        try:
            message.send()
        except Exception as problem:
            OutgoingMail.objects.filter(pk=self.pk).update(on_its_way_until=None)
            if self.tries <= len(WAITS):
                raise TryLater(WAITS[self.tries - 1]) from problem
            raise
        self._note_sent()

    def _take(self, at: datetime) -> bool:
        # Not a lock held while the mail server talks: on SQLite all writers would wait for it.
        free = Q(on_its_way_until=None) | Q(on_its_way_until__lte=at)
        mine = OutgoingMail.objects.filter(free, pk=self.pk, sent_at=None)
        return bool(mine.update(on_its_way_until=at + ON_ITS_WAY, tries=F("tries") + 1))

    def _note_sent(self) -> None:
        # The mail is out; forgetting that because the database is away for a moment would send it again.
        for left, wait in reversed(list(enumerate(reversed(TRIES_TO_NOTE)))):
            time.sleep(wait)
            try:
                OutgoingMail.objects.filter(pk=self.pk).update(
                    sent_at=timezone.now(), on_its_way_until=None, to="", subject="", body="", headers=""
                )
                return
            except Error:
                if not left:
                    raise
                connection = transaction.get_connection()
                if not connection.in_atomic_block:
                    connection.close_if_unusable_or_obsolete()


def queue_mail(
    *, to: str, subject: str, body: str, key: str, headers: Mapping[str, str] | None = None
) -> None:
    """Sends a mail if the caller's transaction commits; asking again with the same key changes nothing.

    The key names the occasion ("new-device:17:2026-11-18T09:00"), not the person's address.
    """
    validate_email(to)
    lines = (subject, *(headers or {}).keys(), *(headers or {}).values())
    if any("\n" in line or "\r" in line for line in lines):
        raise ValueError("The subject of a mail and each of its headers is one line.")
    with transaction.atomic():
        mail, is_new = OutgoingMail.objects.get_or_create(
            key=key,
            defaults={
                "to": to,
                "subject": subject,
                "body": body,
                "headers": json.dumps(dict(headers)) if headers else "",
                "made_at": timezone.now(),
            },
        )
        if is_new:
            send_mail.enqueue(mail.pk)


@task()
def send_mail(mail_id: int) -> None:
    mail = OutgoingMail.objects.filter(pk=mail_id).first()
    if mail is not None:
        mail.send(timezone.now())


def forget_old_mail(at: datetime) -> None:
    OutgoingMail.objects.filter(made_at__lt=at - KEPT).delete()


class NoMailServer(BaseEmailBackend):
    """Where production names no mail server: nothing is lost silently, the desk shows what could not be sent."""

    def send_messages(self, email_messages: Any) -> int:
        raise ImproperlyConfigured("No mail server is set. Set EMAIL_URL.")
