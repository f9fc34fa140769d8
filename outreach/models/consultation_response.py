"""What people say in a consultation: on this site, on paper or aloud; nobody says who they are."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outreach.channels import Channel
from outreach.models.consultation import Consultation
from outreach.models.consultation_parts import (
    ConsultationQuestion,
    ConsultationSection,
    Finding,
    Participants,
)
from outreach.models.consulting import Course
from portal.shared.history import Remembered
from portal.shared.receipt import key_hash

NOTHING_SAID = _("Write something at one of them first; one is enough")
LONGEST = 2_000


class ConsultationResponse(models.Model):
    """One form that was sent, or one voice that staff wrote down."""

    class Way(models.TextChoices):
        SITE = "site", _("on this site")
        PAPER = "paper", _("on paper")
        ALOUD = "aloud", _("aloud")

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="responses", verbose_name=_("consultation")
    )
    way = models.CharField(_("came in"), max_length=8, choices=Way.choices, default=Way.SITE)
    group = models.CharField(_("speaks as"), max_length=10, choices=Participants.choices, blank=True)
    heard_from = models.CharField(_("heard of it by"), max_length=12, choices=Channel.choices, blank=True)
    suspicion = models.CharField(_("look twice"), max_length=200, blank=True, editable=False)
    # Of the key of the form it was sent with: a second sending finds the first.
    form_key_hash = models.CharField(max_length=64, unique=True, editable=False)
    at = models.DateTimeField(_("when"), editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("written down by"),
    )

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("answer to a consultation")
        verbose_name_plural = _("answers to consultations")
        ordering = ("at", "pk")
        default_permissions = ("view",)
        indexes = (models.Index(fields=("consultation", "at"), name="consultation_answers"),)

    def __str__(self) -> str:
        return f"{self.get_way_display()} {self.pk}"


class Remark(Remembered):
    """One thing that was said: to a question, or about a section; sorted into what was heard, or set aside."""

    response = models.ForeignKey(ConsultationResponse, models.CASCADE, related_name="remarks")
    question = models.ForeignKey(
        ConsultationQuestion, models.PROTECT, null=True, blank=True, related_name="remarks"
    )
    section = models.ForeignKey(
        ConsultationSection, models.PROTECT, null=True, blank=True, related_name="remarks"
    )
    text = models.CharField(_("words"), max_length=LONGEST)
    # A choice of those offered: it is counted, not sorted.
    is_choice = models.BooleanField(default=False, editable=False)
    finding = models.ForeignKey(
        Finding,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="remarks",
        verbose_name=_("belongs to"),
    )
    set_aside = models.CharField(_("set aside because"), max_length=200, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ("pk",)
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                name="remark_is_about_one_thing",
                condition=Q(question__isnull=True) | Q(section__isnull=True),
                violation_error_message=_("A comment is about a question or about a section."),
            ),
            models.CheckConstraint(
                name="remark_says_something",
                condition=~Q(text=""),
                violation_error_message=NOTHING_SAID,
            ),
            models.CheckConstraint(
                name="remark_has_one_place",
                condition=Q(finding__isnull=True) | Q(set_aside=""),
                violation_error_message=_("A comment has its place in the result, or it is set aside."),
            ),
        )

    def __str__(self) -> str:
        return self.text[:80]


def hear(
    consultation: Consultation,
    said: list[Remark],
    *,
    form_key: str,
    at: datetime,
    by: Any = None,
    **about: Any,
) -> tuple[ConsultationResponse, bool]:
    """Keeps what somebody said; the same form sent again finds the first. Says if it is new.

    Staff (`by`) may write down what came on paper or aloud until the result is published.
    """
    course = consultation.course(at)
    if course != Course.OPEN and not (by is not None and course == Course.CLOSED):
        raise ValidationError(_("This consultation does not take answers now."), code="closed")
    said = [remark for remark in said if remark.text.strip()]
    if not said:
        raise ValidationError(NOTHING_SAID, code="empty")
    response = ConsultationResponse(
        consultation=consultation, form_key_hash=key_hash(form_key), at=at, entered_by=by, **about
    )
    try:
        with transaction.atomic():
            response.save()
            for remark in said:
                remark.response, remark.text = response, remark.text.strip()[:LONGEST]
            Remark.objects.bulk_create(said)
    except IntegrityError:
        first = ConsultationResponse.objects.filter(form_key_hash=response.form_key_hash).first()
        if first is None:
            raise
        return first, False
    return response, True
