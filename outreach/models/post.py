"""A post for social media: one text, a version per channel, a planned time, and the yes of a second person."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from outreach.models.campaign import Campaign
from outreach.models.deciding import Decision
from outreach.models.event import Event
from portal.shared.history import Remembered, recorded
from services.models import News, Organization, Service
from services.models.organization import RowsOfUnits

Person = settings.AUTH_USER_MODEL
ABOUT_ONE_THING = _("A post is about one thing: an activity, a service or a notice.")
# What a yes is made of: it goes with the words it was given to.
YES = ("state", "asked_at", "approved_by", "approved_at", "approved_words")


def person_of(by: Any) -> Any:
    """The account of whoever acts; None for a command or a connector."""
    return by if isinstance(by, models.Model) else None


class PostQuerySet(RowsOfUnits):
    of_unit = "unit"

    def approved(self) -> Self:
        return self.filter(state=Post.State.APPROVED)

    def planned_in(self, since: datetime, until: datetime) -> Self:
        """Those planned from one moment until before another, the earliest first."""
        return self.filter(planned_at__gte=since, planned_at__lt=until).order_by("planned_at", "pk")


class Post(Remembered):
    """What is told on social media about an event, a service, a campaign or a notice, or words about none of them.

    Approving binds the words: `approved_words` is a fingerprint of every version, and no version goes out under
    a yes that was given to other words.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ASKED = "asked", _("waits for approval")
        APPROVED = "approved", _("approved")

    title = models.CharField(
        _("title"), max_length=160, help_text=_("What it is about; also the headline of the feed.")
    )
    text = models.TextField(
        _("text"),
        blank=True,
        help_text=_("For every channel that has no words of its own below. The short link is put under it."),
    )
    event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("activity")
    )
    service = models.ForeignKey(
        Service, models.SET_NULL, null=True, blank=True, related_name="posts", verbose_name=_("service")
    )
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("campaign")
    )
    news = models.ForeignKey(
        News, models.SET_NULL, null=True, blank=True, related_name="posts", verbose_name=_("news")
    )
    unit = models.ForeignKey(
        Organization, models.PROTECT, related_name="posts", verbose_name=_("unit in charge")
    )
    planned_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        _("planned for"), null=True, blank=True
    )
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.DRAFT, editable=False
    )
    # Whoever began it, and whoever had the last hand in its words: neither may approve it.
    written_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("written by"),
    )
    changed_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("last changed by"),
    )
    asked_at = models.DateTimeField(_("approval asked at"), null=True, editable=False)
    approved_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        _("approved at"), null=True, editable=False
    )
    approved_words = models.CharField(max_length=64, blank=True, editable=False)
    is_example = models.BooleanField(_("example"), default=False, help_text=_("Shown as “contoh”."))

    remembered_children = ("versions",)
    not_remembered = ("approved_words",)
    not_restored = ("state", "asked_at", "approved_by", "approved_at", "written_by", "changed_by")
    objects: ClassVar = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ("-planned_at", "-pk")
        permissions = (
            ("approve_post", "Can approve posts of others"),
            ("release_post", "Can note posts as published and type in their results"),
        )
        constraints = (
            models.CheckConstraint(
                name="post_about_one_thing",
                condition=Q(event__isnull=True, service__isnull=True)
                | Q(event__isnull=True, news__isnull=True)
                | Q(service__isnull=True, news__isnull=True),
                violation_error_message=ABOUT_ONE_THING,
            ),
            models.CheckConstraint(
                name="post_approved_by_another",
                condition=Q(approved_by__isnull=True)
                | (
                    (Q(written_by__isnull=True) | ~Q(approved_by=F("written_by")))
                    & (Q(changed_by__isnull=True) | ~Q(approved_by=F("changed_by")))
                ),
                violation_error_message=_("Somebody else than its writer approves a post."),
            ),
            models.CheckConstraint(
                name="post_approved_when_and_what",
                condition=(Q(state="approved") & Q(approved_at__isnull=False) & ~Q(approved_words=""))
                | (
                    ~Q(state="approved")
                    & Q(approved_at__isnull=True, approved_by__isnull=True, approved_words="")
                ),
                violation_error_message=_("An approved post says when it was approved, and which words."),
            ),
        )

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.event and self.campaign_id is None and self.event.campaign_id is not None:
            # What is told about an activity of a campaign counts for the campaign.
            self.campaign_id = self.event.campaign_id
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "campaign"}
        super().save(*args, **kwargs)

    @property
    def subject(self) -> Event | Service | News | Campaign | None:
        """What it leads to; None for words about nothing that has a page."""
        return self.event or self.service or self.news or self.campaign

    @property
    def has_own_picture(self) -> bool:
        """Whether its picture says its own headline: a notice has none, and words about nothing neither."""
        return self.subject is None or isinstance(self.subject, News)

    @property
    def leads_somewhere(self) -> bool:
        """Whether everybody can open the page its link leads to; words about nothing lead nowhere and that is well."""
        subject = self.subject
        if isinstance(subject, Event):
            return subject.decision != Decision.DRAFT
        if isinstance(subject, Service):
            return subject.status == Service.Status.PUBLISHED
        return subject is None or subject.is_published

    def fingerprint(self) -> str:
        """Of all a second person says yes to: every version's words, link, picture and way out."""
        versions = sorted(self.versions.all(), key=lambda one: one.channel)
        said = [self.title]
        said += [f"{one.channel}\n{one.shape}\n{one.is_automatic}\n{one.whole_text}" for one in versions]
        return salted_hmac("outreach.post", "\0".join(said), algorithm="sha256").hexdigest()

    @property
    def is_out(self) -> bool:
        """Whether anything of it has left the house, so that its words stand."""
        return self.versions.filter(
            Q(published_at__isnull=False) | Q(deliveries__isnull=False) & ~Q(deliveries__state="waiting")
        ).exists()

    @property
    def is_bound(self) -> bool:
        """Whether it is approved, and its words are those that were."""
        return self.state == self.State.APPROVED and self.approved_words == self.fingerprint()

    # Verbs ------------------------------------------------------------

    def written(self, *, by: Any) -> None:
        """Its words were changed: notes by whom, and an earlier yes no longer holds. The caller records and saves."""
        person = person_of(by)
        if self.written_by_id is None:
            self.written_by = person
        self.changed_by = person
        self._lapse()

    def ask_approval(self, *, by: Any, at: datetime | None = None) -> None:
        """Asks a second person; refused while a channel would not take its version."""
        at = at or timezone.now()
        with recorded(self, verb="ask_approval", by=by, at=at, is_public=False):
            self.refresh_from_db()
            if self.state == self.State.APPROVED:
                raise ValidationError(_("It is approved already."), code="approved")
            self.check_versions()
            if self.state == self.State.DRAFT:
                self.state, self.asked_at = self.State.ASKED, at
                self.save(update_fields=["state", "asked_at"])

    def approve(self, *, by: Any, at: datetime | None = None) -> None:
        """The yes of somebody who did not write it; from now on it stands in the feed once its time has come."""
        at = at or timezone.now()
        with recorded(self, verb="approve", by=by, at=at):
            self.refresh_from_db()
            if self.state == self.State.APPROVED:
                return
            person = person_of(by)
            if person is not None and person.pk in (self.written_by_id, self.changed_by_id):
                raise ValidationError(
                    _("You wrote it or changed it last: somebody else approves it."), code="own_words"
                )
            if self.state != self.State.ASKED:
                raise ValidationError(_("Nobody has asked for approval yet."), code="not_asked")
            self.check_versions()
            self.state, self.approved_by, self.approved_at = self.State.APPROVED, person, at
            self.approved_words = self.fingerprint()
            self.save(update_fields=["state", "approved_by", "approved_at", "approved_words"])

    def send_back(self, reason: str, *, by: Any, at: datetime | None = None) -> None:
        """To its writer, with the reason; also takes an approval away while nothing is out."""
        at = at or timezone.now()
        with recorded(self, verb="send_back", by=by, at=at, reason=reason):
            self.refresh_from_db()
            if self.is_out:
                raise ValidationError(_("A version of it is published already."), code="published")
            self._lapse()
            self.save(update_fields=YES)

    def check_versions(self) -> None:
        """Refuses a post without a version, without a planned time, or with one its channel would not take."""
        versions = list(self.versions.select_related("short_link"))
        problems = [problem for version in versions for problem in version.problems]
        if not versions:
            problems.append(ValidationError(_("Choose at least one channel."), code="no_version"))
        if not self.leads_somewhere:
            sentence = _("Its page is not published yet, and the link would lead to nothing.")
            problems.append(ValidationError(sentence, code="no_page"))
        if self.planned_at is None:
            problems.append(ValidationError(_("Say when it is planned."), code="not_planned"))
        if problems:
            raise ValidationError(problems)

    def _lapse(self) -> None:
        self.state, self.asked_at = self.State.DRAFT, None
        self.approved_by, self.approved_at, self.approved_words = None, None, ""
