from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback.models.seeded import Seeded
from services.models import Category, Organization, Service


class TriageRule(Seeded):
    """When a case speaks of this, it is probably that: a suggestion to the clerk, with its reason, never a decision."""

    words = models.CharField(
        _("words"),
        max_length=300,
        blank=True,
        help_text=_("Separated by commas. One of them in the story is enough."),
    )
    service = models.ForeignKey(
        Service, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("service")
    )
    rw = models.CharField("RW", max_length=3, blank=True)
    category = models.ForeignKey(
        Category,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="triage_rules",
        verbose_name=_("suggested topic"),
    )
    unit = models.ForeignKey(
        Organization,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="triage_rules",
        verbose_name=_("suggested unit"),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("triage rule")
        verbose_name_plural = _("triage rules")
        ordering = ("position", "pk")
        constraints = (
            models.CheckConstraint(
                name="triage_rule_asks",
                condition=~models.Q(words="") | models.Q(service__isnull=False) | ~models.Q(rw=""),
                violation_error_message=_("Say when the rule holds: words, a service or an RW."),
            ),
            models.CheckConstraint(
                name="triage_rule_suggests",
                condition=models.Q(category__isnull=False) | models.Q(unit__isnull=False),
                violation_error_message=_("Say what the rule suggests: a topic or a unit."),
            ),
        )

    def __str__(self) -> str:
        return self.words or str(self.service or f"RW {self.rw}")


class AnswerTemplate(Seeded):
    """A beginning of an answer or a question that clerks write often; they finish it by hand."""

    title = models.CharField(_("title"), max_length=120, unique=True)
    text = models.TextField(_("text"))
    kind = models.CharField(_("for the kind"), max_length=20, blank=True)
    category = models.ForeignKey(
        Category, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("for the topic")
    )

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("template of an answer")
        verbose_name_plural = _("templates of answers")
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title


class SensitiveCategory(Seeded):
    """A topic of which even small numbers tell too much: counted in public only from ten up."""

    category = models.OneToOneField(
        Category, models.CASCADE, related_name="sensitivity", verbose_name=_("topic")
    )
    reason = models.CharField(_("reason"), max_length=200)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("sensitive topic")
        verbose_name_plural = _("sensitive topics")

    def __str__(self) -> str:
        return str(self.category)
