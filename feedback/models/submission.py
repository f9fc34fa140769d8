"""A case: what somebody told the office, and what became of it."""

from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback.lifecycle import ENDED, OPEN, PUBLIC_WORDS, Status
from feedback.models.about import About
from feedback.models.reach import about_colleagues
from feedback.models.relatives import Related
from feedback.models.release import Releasing
from feedback.models.verbs import Moving
from outreach.channels import Channel as HeardFrom
from portal.shared.history import Remembered
from portal.shared.search import Searchable, SearchQuerySet
from services.models import Category, Organization
from services.models.organization import RowsOfUnits

# Words of residents. History must not keep what erasure takes away.
WORDS = ("story", "place_words", "happened_words", "latitude", "longitude")
# Nor may it keep what a clerk has taken back from the public.
PUBLIC_TEXTS = ("public_title", "public_story", "public_answer")


class SubmissionQuerySet(RowsOfUnits, SearchQuerySet):  # type: ignore[override]
    of_unit = "unit"

    def visible_to(self, user: Any) -> Self:
        """The cases this person may reach; what is told about somebody is hidden from that person's own unit."""
        return super().visible_to(user).exclude(about_colleagues(user))

    def hidden_from(self, user: Any) -> Self:
        """Those of which even their history is not for this person."""
        return self.filter(about_colleagues(user))

    def open(self) -> Self:
        """Cases on which the office has to do something."""
        return self.filter(status__in=OPEN)

    def unfinished(self) -> Self:
        """Open cases and those that wait for the resident."""
        return self.exclude(status__in=ENDED)

    def on_the_desk(self) -> Self:
        """The same cases as `open`, asked so that very many of them are read in the order of their promises."""
        return self.filter(closed_at__isnull=True).exclude(status=Status.WAITING)

    def released(self) -> Self:
        """Cases whose public words a clerk has released to everybody."""
        return self.filter(released_at__isnull=False)

    def due_by(self, day: date) -> Self:
        return self.open().filter(due_on__lte=day)

    def late(self, today: date) -> Self:
        """Open cases whose promised day has passed."""
        return self.open().filter(due_on__lt=today)


class Submission(About, Moving, Related, Releasing, Searchable, Remembered):
    """Something a resident told the office: a report, a suggestion, a question, thanks; with its whole life.

    The words of the resident (`story`, the place) are apart from what everybody may read (`public_…`), which is
    empty until a clerk has released it. Who it was is in `Contact`, or nowhere.
    """

    class Kind(models.TextChoices):
        COMPLAINT = "complaint", _("Complaint")
        SUGGESTION = "suggestion", _("Suggestion")
        QUESTION = "question", _("Question")
        INFORMATION = "information_request", _("Information request")
        APPRECIATION = "appreciation", _("Appreciation")
        DEFECT = "defect_report", _("Defect report")
        CORRECTION = "correction", _("Correction of a page")
        UNDECIDED = "undecided", _("Does not know yet")

    class Privacy(models.TextChoices):
        PUBLIC = "public", _("May be released without the name")
        CONFIDENTIAL = "confidential", _("Confidential: only staff read it")
        ANONYMOUS = "anonymous", _("Anonymous: nobody asked who it is")

    class Channel(models.TextChoices):
        PORTAL = "portal", _("this portal")
        COUNTER = "counter", _("at the counter")
        PHONE = "phone", _("by phone")
        WHATSAPP = "whatsapp", _("by WhatsApp")
        LETTER = "letter", _("by letter")
        VISIT = "visit", _("at a home visit")
        EVENT = "event", _("at an activity")
        OPEN311 = "open311", _("through Open311")

    number = models.CharField(_("number"), max_length=13, unique=True, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    # Of the key of the form it was sent with: a second sending finds the first.
    form_key_hash = models.CharField(max_length=64, unique=True, editable=False)

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    privacy = models.CharField(_("privacy"), max_length=12, choices=Privacy.choices, default=Privacy.PUBLIC)
    channel = models.CharField(_("came in"), max_length=10, choices=Channel.choices, default=Channel.PORTAL)
    # By which short link they came, as a channel; empty when nobody knows.
    heard_from = models.CharField(
        _("heard of it by"), max_length=12, choices=HeardFrom.choices, blank=True, editable=False
    )
    language = models.CharField(_("language"), max_length=5, default="id", editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("written down by"),
    )

    # What happened, where and when, in the resident's own words.
    story = models.TextField(_("what happened"), blank=True)
    place_words = models.CharField(_("where"), max_length=300, blank=True)
    rt = models.CharField("RT", max_length=3, blank=True)
    rw = models.CharField("RW", max_length=3, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    happened_on = models.DateField(_("when"), null=True, blank=True)
    happened_words = models.CharField(_("when, in words"), max_length=60, blank=True)

    # What staff decide.
    title = models.CharField(_("gist"), max_length=160, blank=True)
    category = models.ForeignKey(
        Category, models.SET_NULL, null=True, blank=True, related_name="submissions", verbose_name=_("topic")
    )
    is_oversight = models.BooleanField(
        _("needs an examination"),
        default=False,
        help_text=_("About misuse of power, graft or staff discipline; it has a longer deadline."),
    )
    unit = models.ForeignKey(
        Organization,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="submissions",
        verbose_name=_("unit in charge"),
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="handled_submissions",
        verbose_name=_("handled by"),
    )
    # Why the clerk should look twice before anything else; empty for most.
    suspicion = models.CharField(_("look twice"), max_length=200, blank=True, editable=False)

    # The clock.
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.RECEIVED, editable=False
    )
    status_at = models.DateTimeField(_("status since"), editable=False)
    received_at = models.DateTimeField(_("received at"), editable=False)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True, editable=False)
    # When it first came to an end; opening it again empties this.
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)
    reopened_count = models.PositiveSmallIntegerField(_("times reopened"), default=0, editable=False)
    # Promised when it came in, and copied here, so that a rule changed later changes no promise.
    verify_by = models.DateField(_("to be verified by"), null=True, blank=True, editable=False)
    due_on = models.DateField(_("promised answer by"), null=True, blank=True, editable=False)
    promised_days = models.PositiveSmallIntegerField(
        _("promised working days"), null=True, blank=True, editable=False
    )
    # Working days already given back because the office waited for the resident.
    waited_days = models.PositiveSmallIntegerField(_("working days waited"), default=0, editable=False)
    # Those before it was last opened again on which the office had nothing to do: it waited, or had answered.
    rested_days = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    promise_source = models.CharField(_("source of the promise"), max_length=300, blank=True, editable=False)
    # Where the question was asked, to which the case returns when the resident has answered.
    waiting_from = models.CharField(max_length=12, choices=Status.choices, blank=True, editable=False)
    waiting_since = models.DateTimeField(_("waiting since"), null=True, blank=True, editable=False)
    # When the resident wrote something the office has not answered yet.
    heard_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The unit that has it now has not been told of it by mail: feedback/handing_over.py.
    is_news_to_unit = models.BooleanField(default=False, db_default=False, editable=False)
    # How far up the ladder it has been reported: feedback/escalation.py.
    escalated = models.PositiveSmallIntegerField(_("escalation"), default=0, editable=False)
    escalated_on = models.DateField(_("reported on"), null=True, blank=True, editable=False)
    # The promised day of which the resident was told that it has passed.
    told_late_for = models.DateField(null=True, blank=True, editable=False)

    # Its relatives.
    duplicate_of = models.ForeignKey(
        "self",
        models.RESTRICT,
        null=True,
        blank=True,
        editable=False,
        related_name="duplicates",
        verbose_name=_("joined with"),
    )
    split_from = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="parts",
        verbose_name=_("split from"),
    )

    # What everybody may read, once released.
    public_title = models.CharField(_("public title"), max_length=160, blank=True)
    public_story = models.TextField(_("public text"), blank=True)
    public_answer = models.TextField(_("public answer"), blank=True)
    released_at = models.DateTimeField(_("released at"), null=True, blank=True, editable=False)

    # What retention has taken away; the rest of the row stays for statistics.
    words_erased_at = models.DateTimeField(_("text erased at"), null=True, blank=True, editable=False)
    contact_erased_at = models.DateTimeField(_("contact erased at"), null=True, blank=True, editable=False)
    # The resident wants it forgotten, and staff have not decided yet: feedback/rights.py.
    erasure_asked_at = models.DateTimeField(_("erasure asked at"), null=True, blank=True, editable=False)

    search_name = "public_title"
    not_remembered = (
        *Remembered.not_remembered,
        *WORDS,
        *PUBLIC_TEXTS,
        "secret_hash",
        "form_key_hash",
        "title",
        "is_news_to_unit",
    )
    not_restored = ("status", "status_at", "released_at")
    objects: ClassVar = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ("-received_at", "-pk")
        permissions = (
            ("verify_submission", "Can verify, assign, join, split and archive cases"),
            ("answer_submission", "Can ask residents, answer and end cases"),
            ("release_submission", "Can release the public words of a case"),
            ("export_submission", "Can export cases"),
            ("oversee_submission", "Is told of every case that is very late"),
        )
        default_permissions = ("add", "change", "view")
        indexes = (
            models.Index(fields=("status", "due_on", "id"), name="case_by_deadline"),
            # What is still to be done is little beside what was ever told: these stay small.
            *(
                models.Index(
                    fields=(name, "due_on", "id"),
                    name=f"case_unfinished_of_{name}",
                    condition=models.Q(closed_at__isnull=True),
                )
                for name in ("unit", "handler", "kind")
            ),
            models.Index(
                fields=("due_on", "id"),
                name="case_unfinished_by_promise",
                condition=models.Q(closed_at__isnull=True),
            ),
            models.Index(fields=("received_at", "id"), name="case_by_receipt"),
            models.Index(
                fields=("-released_at", "id"),
                name="case_released",
                condition=models.Q(released_at__isnull=False),
            ),
            models.Index(fields=("service", "released_at"), name="case_of_service"),
            models.Index(
                fields=("erasure_asked_at",),
                name="case_to_forget",
                condition=models.Q(erasure_asked_at__isnull=False),
            ),
            models.Index(fields=("heard_at",), name="case_heard", condition=models.Q(heard_at__isnull=False)),
            models.Index(fields=("id",), name="case_news_to_unit", condition=models.Q(is_news_to_unit=True)),
            # Where similar reports are looked for: feedback/similar.py.
            models.Index(fields=("category", "received_at"), name="case_of_category"),
            models.Index(fields=("rw", "received_at"), name="case_of_rw"),
            models.Index(
                fields=("latitude", "longitude"),
                name="case_of_point",
                condition=models.Q(latitude__isnull=False),
            ),
        )
        constraints = (
            models.CheckConstraint(
                name="case_status_known",
                condition=models.Q(status__in=Status.values),
                violation_error_message=_("This status does not exist."),
            ),
            models.CheckConstraint(
                name="case_confidential_stays_so",
                condition=~models.Q(privacy="confidential") | models.Q(released_at__isnull=True),
                violation_error_message=_("A confidential case cannot be released."),
            ),
            models.CheckConstraint(
                name="case_released_has_words",
                condition=models.Q(released_at__isnull=True) | ~models.Q(public_title=""),
                violation_error_message=_("Write a public title before you release this case."),
            ),
            models.CheckConstraint(
                name="case_point_is_whole",
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                violation_error_message=_("A point needs latitude and longitude, or neither."),
            ),
            models.CheckConstraint(
                name="case_waiting_knows_from_where",
                condition=(models.Q(status="waiting") & ~models.Q(waiting_from=""))
                | (~models.Q(status="waiting") & models.Q(waiting_from="")),
                violation_error_message=_("A case that waits knows where it came from."),
            ),
            models.CheckConstraint(
                name="case_not_its_own_duplicate",
                condition=models.Q(duplicate_of__isnull=True) | ~models.Q(duplicate_of=models.F("id")),
                violation_error_message=_("A case cannot be joined with itself."),
            ),
            models.CheckConstraint(
                name="case_duplicate_knows_of_what",
                condition=~models.Q(status="duplicate") | models.Q(duplicate_of__isnull=False),
                violation_error_message=_("A duplicate knows with which case it was joined."),
            ),
            models.CheckConstraint(
                name="case_answered_knows_when",
                condition=~models.Q(status="answered") | models.Q(answered_at__isnull=False),
                violation_error_message=_("An answered case knows when it was answered."),
            ),
        )

    def __str__(self) -> str:
        # Nothing a resident wrote: this ends up in titles of lists, in history and in logs.
        return self.number

    def get_absolute_url(self) -> str:
        """The page everybody may read; only a released case has one."""
        return reverse("feedback:answer", args=[self.number])

    # Questions

    @property
    def public_status(self) -> str:
        """What residents read of the status."""
        return str(PUBLIC_WORDS[Status(self.status)])

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_released(self) -> bool:
        return self.released_at is not None

    def is_late(self, at: datetime) -> bool:
        """Whether the promised day has passed while the office still has to do something."""
        return self.is_open and self.due_on is not None and timezone.localtime(at).date() > self.due_on

    def search_parts(self) -> tuple[str, str]:
        """Only what everybody may read can be searched for."""
        if not self.is_released:
            return "", ""
        return self.public_title, f"{self.public_story} {self.public_answer}"
