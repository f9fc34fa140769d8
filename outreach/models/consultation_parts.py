"""What a consultation is made of: its document in sections, its questions, the forum's steps, groups and papers."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outreach.models.consultation import Consultation
from portal.shared.history import Remembered


class ConsultationSection(Remembered):
    """One part of the document: read on the page, commented on by itself."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    title = models.CharField(_("heading"), max_length=160)
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("section of the document")
        verbose_name_plural = _("document in sections")
        ordering = ("position", "pk")
        default_permissions = ()

    def __str__(self) -> str:
        return self.title


class ConsultationQuestion(Remembered):
    """Something residents are asked; each may be skipped."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    text = models.CharField(_("question"), max_length=200)
    choices = models.TextField(_("choices"), blank=True, help_text=_("One on each line; empty: in words."))

    class Meta:
        verbose_name = _("question of the consultation")
        verbose_name_plural = _("questions of the consultation")
        ordering = ("position", "pk")
        default_permissions = ()

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        if self.choices.strip() and len(self.lines) < 2:
            raise ValidationError({"choices": _("Write at least two choices, one on each line.")})

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in self.choices.splitlines() if line.strip()]


class Participants(models.TextChoices):
    """The groups a forum hears (Permenpan RB 16/2017)."""

    USERS = "users", _("users of the service")
    EXPERTS = "experts", _("academics and experts")
    AGENCIES = "agencies", _("related agencies")
    CIVIL = "civil", _("civil society")
    PRESS = "press", _("mass media")
    OTHER = "other", _("somebody else")


class ParticipantGroup(Remembered):
    """Who took part in the forum, as a group and a number; never a name."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="groups")
    kind = models.CharField(_("group"), max_length=10, choices=Participants.choices)
    words = models.CharField(_("in words"), max_length=160, blank=True)
    people = models.PositiveSmallIntegerField(_("people"), default=0)

    class Meta:
        verbose_name = _("group of participants")
        verbose_name_plural = _("groups of participants")
        ordering = ("pk",)
        default_permissions = ()

    def __str__(self) -> str:
        return self.words or self.get_kind_display()


class ForumStep(Remembered):
    """One step of the forum, before, while or after it is held, with a tick when it is done."""

    class Stage(models.TextChoices):
        BEFORE = "pra", _("before")
        DURING = "pelaksanaan", _("while it is held")
        AFTER = "pasca", _("afterwards")

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices)
    title = models.CharField(_("step"), max_length=160)
    done_on = models.DateField(_("done on"), null=True, blank=True)

    class Meta:
        verbose_name = _("step of the forum")
        verbose_name_plural = _("steps of the forum")
        ordering = ("position", "pk")
        default_permissions = ()

    def __str__(self) -> str:
        return self.title


class Finding(Remembered):
    """What was heard about one thing, and what became of it: changed, partly, or not and why."""

    class Outcome(models.TextChoices):
        CHANGED = "changed", _("changed")
        PARTLY = "partly", _("partly changed")
        KEPT = "kept", _("not changed")

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="findings")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    heard = models.CharField(_("what we heard"), max_length=300)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices)
    changed = models.CharField(_("what changed"), max_length=400, blank=True)
    why = models.CharField(_("what did not change, and why"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("what was heard")
        verbose_name_plural = _("what was heard, and what became of it")
        ordering = ("position", "pk")
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                name="finding_says_what_changed",
                condition=Q(outcome="kept") | ~Q(changed=""),
                violation_error_message=_("Say what changed."),
            ),
            models.CheckConstraint(
                name="finding_says_why_not",
                condition=Q(outcome="changed") | ~Q(why=""),
                violation_error_message=_("Say what did not change, and why."),
            ),
        )

    def __str__(self) -> str:
        return self.heard


class ConsultationPaper(Remembered):
    """A paper of a consultation: the document as PDF, notes, the signed list of those who came."""

    class Kind(models.TextChoices):
        DOCUMENT = "document", _("the document as PDF")
        MINUTES = "minutes", _("signed minutes")
        NOTES = "notes", _("notes")
        ATTENDANCE = "attendance", _("signed attendance list")
        PHOTOS = "photos", _("photos")
        OTHER = "other", _("another paper")

    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="papers", verbose_name=_("consultation")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=160)
    file = models.FileField(_("file"), upload_to="consultations/", max_length=120, blank=True)
    size = models.PositiveIntegerField(_("bytes"), default=0, editable=False)
    kept_at = models.CharField(
        _("where the paper is kept"), max_length=160, blank=True, help_text=_("If it is not uploaded here.")
    )
    people = models.PositiveIntegerField(_("people on the list"), null=True, blank=True)
    is_public = models.BooleanField(_("everybody may read it"), default=False)

    not_remembered = (*Remembered.not_remembered, "file")
    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("paper of a consultation")
        verbose_name_plural = _("papers of consultations")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                name="consultation_attendance_stays_inside",
                condition=~Q(kind="attendance") | Q(is_public=False),
                violation_error_message=_("An attendance list names people: it is never public."),
            ),
            models.CheckConstraint(
                name="consultation_paper_is_somewhere",
                condition=~Q(file="") | ~Q(kept_at=""),
                violation_error_message=_("Add the file, or say where the paper is kept."),
            ),
        )

    def __str__(self) -> str:
        return self.title
