"""What the office decides about a consultation: it is opened, closed, prolonged, and its result published."""

from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.shared.history import recorded

# A forum hears at least so many kinds of participants, as its evaluators ask.
FEWEST_GROUPS: Final = 3
MOST_QUESTIONS: Final = 3


class Course(models.TextChoices):
    """Where a consultation stands; computed, never stored."""

    DRAFT = "draft", _("draft")
    COMING = "coming", _("opens soon")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed, being answered")
    RESULT = "result", _("result published")


class Consulting(models.Model):
    """The verbs of a consultation; each checks, changes and writes history in one transaction."""

    published_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        _("published at"), null=True, blank=True, editable=False
    )
    result_published_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        _("result published at"), null=True, blank=True, editable=False
    )

    class Meta:
        abstract = True

    def publish(self: Any, *, by: Any, at: datetime | None = None) -> None:
        """Shows its page; what is missing is said by name."""
        with recorded(self, verb="publish", by=by, at=at or timezone.now()):
            self.refresh_from_db()
            missing = {}
            if not self.changes_lines:
                missing["changes"] = _("Say in one to three lines what changes for residents.")
            if not self.who.strip():
                missing["who"] = _("Say who may take part: it is read before anybody writes.")
            if not self.use.strip():
                missing["use"] = _("Say how the answers are used.")
            if missing:
                raise ValidationError(missing)
            if not self.sections.exists():
                raise ValidationError(_("Add the document: at least one section."), code="empty")
            if self.questions.count() > MOST_QUESTIONS:
                raise ValidationError(_("Three questions at most: more are not answered."), code="many")
            if self.published_at is None:
                self.published_at = at or timezone.now()
                self.save()

    def withdraw(self: Any, reason: str, *, by: Any, at: datetime | None = None) -> None:
        """Takes its page away; not once people have written, who have a right to its result."""
        with recorded(self, verb="withdraw", by=by, at=at or timezone.now(), reason=reason):
            self.refresh_from_db()
            if self.responses.exists():
                raise ValidationError(
                    _("People have taken part already: close it and publish what came of it."), code="used"
                )
            self.published_at = None
            self.save()

    def prolong(self: Any, closes_at: datetime, reason: str, *, by: Any, at: datetime | None = None) -> None:
        """Gives residents more time, or opens it again."""
        at = at or timezone.now()
        with recorded(self, verb="prolong", by=by, at=at, reason=reason):
            self.refresh_from_db()
            if self.result_published_at is not None:
                raise ValidationError(_("Its result is published already."), code="result")
            if closes_at <= max(self.closes_at if self.closes_at > at else at, at):
                raise ValidationError(_("Choose a later end than now."), code="earlier")
            self.closes_at = closes_at
            self.save()

    def close(self: Any, reason: str, *, by: Any, at: datetime | None = None) -> None:
        """Ends it now, earlier than planned; paper that is left can still be written down."""
        at = at or timezone.now()
        with recorded(self, verb="close", by=by, at=at, reason=reason):
            self.refresh_from_db()
            if self.course(at) != Course.OPEN:
                raise ValidationError(_("It is not open now."), code="wrong")
            self.closes_at = at
            self.save()

    def publish_result(self: Any, *, by: Any, at: datetime | None = None) -> None:
        """Shows what was heard, what changed and what did not; everything that was said has its place in it."""
        at = at or timezone.now()
        with recorded(self, verb="publish_result", by=by, at=at):
            self.refresh_from_db()
            if self.published_at is None or at < self.closes_at:
                raise ValidationError(_("Close it first: somebody may still be writing."), code="open")
            for sentence in self.missing_for_result():
                raise ValidationError(sentence, code="missing")
            if self.result_published_at is None:
                self.result_published_at = at
                self.save()

    def withdraw_result(self: Any, reason: str, *, by: Any, at: datetime | None = None) -> None:
        with recorded(self, verb="withdraw_result", by=by, at=at or timezone.now(), reason=reason):
            self.refresh_from_db()
            self.result_published_at = None
            self.save()

    def missing_for_result(self: Any) -> list[str]:
        """What has to be done before its result can be published, in whole sentences."""
        missing = []
        if not self.result.strip():
            missing.append(str(_("Say in a few sentences what came of it.")))
        if left := self.unsorted_count():
            sentence = ngettext(
                "%(n)d comment has no place in the result yet.",
                "%(n)d comments have no place in the result yet.",
                left,
            )
            missing.append(sentence % {"n": left})
        if self.is_forum:
            if len(self.group_kinds()) < FEWEST_GROUPS:
                missing.append(
                    str(
                        _(
                            "A forum hears at least three groups: users, experts, agencies, civil society, press."
                        )
                    )
                )
            if not (self.minutes.strip() and self.signatures and self.signed_on):
                missing.append(str(_("A forum ends with minutes that both sides have signed.")))
            if not self.papers.filter(kind="attendance").exists():
                missing.append(str(_("A forum keeps its signed attendance list as proof.")))
        return missing

    def group_kinds(self: Any) -> set[str]:
        """Which kinds of participants were there."""
        return set(self.groups.filter(people__gt=0).values_list("kind", flat=True))

    def unsorted_count(self: Any) -> int:
        """Comments that are neither in a finding nor set aside."""
        left = {"remarks__is_choice": False, "remarks__finding": None, "remarks__set_aside": ""}
        return int(self.responses.filter(remarks__isnull=False, **left).count())
