"""What one channel is told of a post: its words, its picture, its link, and what came of it."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.channel_rules import POST_CHANNELS, RULES, ChannelRule, Shape, Size, size_of
from outreach.channels import Channel
from outreach.linking import link_for
from outreach.models.campaign import Campaign
from outreach.models.post import Person, Post, person_of
from outreach.models.short_link import ShortLink
from portal.shared.history import Remembered, recorded
from services.models.organization import RowsOfUnits

# What is typed in some days later; empty is “nobody looked”, which is not zero.
RESULTS = ("people_reached", "reactions", "comments", "shares")


class PostVersionQuerySet(RowsOfUnits):
    of_unit = "post__unit"

    def published(self) -> Self:
        return self.filter(published_at__isnull=False)

    def published_for(self, campaign: Campaign) -> Self:
        """What a campaign counts as posts published: each channel is one."""
        return self.published().filter(post__campaign=campaign)

    def due(self, at: datetime) -> Self:
        """Approved, planned for now or before, and not out yet."""
        waiting = self.filter(post__state=Post.State.APPROVED, published_at__isnull=True)
        return waiting.filter(post__planned_at__lte=at)


class PostVersion(Remembered):
    """A post on one channel. It is published by a person, or by a connector where one is set up."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="versions", verbose_name=_("post"))
    channel = models.CharField(_("channel"), max_length=12, choices=POST_CHANNELS)
    text = models.TextField(
        _("words of its own"), blank=True, help_text=_("Empty: the text of the post, as it is.")
    )
    shape = models.CharField(
        _("picture"), max_length=9, choices=Shape.choices, blank=True, help_text=_("Empty: no picture.")
    )
    is_automatic = models.BooleanField(
        _("goes out by itself"),
        default=False,
        help_text=_("At the planned time, once approved, where the portal has an account of the channel."),
    )
    short_link = models.ForeignKey(
        ShortLink, models.PROTECT, null=True, editable=False, related_name="post_versions"
    )
    published_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        _("published at"), null=True, editable=False
    )
    published_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("published by"),
    )
    published_url = models.URLField(_("link to what was published"), max_length=500, blank=True)
    people_reached = models.PositiveIntegerField(_("people reached"), null=True, blank=True)
    reactions = models.PositiveIntegerField(_("likes"), null=True, blank=True)
    comments = models.PositiveIntegerField(_("comments"), null=True, blank=True)
    shares = models.PositiveIntegerField(_("shares"), null=True, blank=True)
    result_words = models.CharField(_("what people said"), max_length=300, blank=True)
    result_on = models.DateField(_("result of"), null=True, blank=True)

    objects: ClassVar = PostVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version for a channel")
        verbose_name_plural = _("versions for channels")
        ordering = ("pk",)
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                name="post_version_once_a_channel",
                fields=("post", "channel"),
                violation_error_message=_("This channel has its version already."),
            ),
            models.CheckConstraint(
                name="post_result_after_publishing",
                condition=Q(published_at__isnull=False)
                | Q(published_url="", result_words="", **{f"{name}__isnull": True for name in RESULTS}),
                violation_error_message=_("First note that it is published, then its result."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.post}"

    @property
    def rule(self) -> ChannelRule:
        return RULES[self.channel]

    @property
    def link(self) -> str:
        """The short address under the text; empty for news."""
        return f"{settings.SITE_URL}/l/{self.short_link.code}" if self.short_link else ""

    @property
    def words(self) -> str:
        return (self.text.strip() or self.post.text.strip()).replace("\r\n", "\n")

    @property
    def whole_text(self) -> str:
        """Everything the channel shows: the words, and the link at the end unless they name it themselves."""
        link = "" if self.link and self.link in self.words else self.link
        return "\n\n".join(part for part in (self.words, link) if part)

    @property
    def size(self) -> Size:
        return size_of(self.whole_text, self.channel)

    @property
    def problems(self) -> list[ValidationError]:
        """Why it cannot go out as it is, in sentences with their cure."""
        name = self.get_channel_display()
        found = list(self.size.problems)
        if not self.words:
            sentence = _("Write the text, or words of its own for %(channel)s.")
            found.insert(0, ValidationError(sentence, code="no_words", params={"channel": name}))
        if self.rule.needs_picture and not self.shape:
            sentence = _("%(channel)s shows nothing without a picture: choose one.")
            found.append(ValidationError(sentence, code="no_picture", params={"channel": name}))
        return found

    def prepare(self, *, by: Any = None) -> None:
        """Gives it the short link of its channel; called again, or for another page, it has the right one after."""
        subject, post = self.post.subject, self.post
        if subject is None:
            wanted = None
        else:
            label = f"{post.title[:140]} · {post.pk}"
            wanted = link_for(subject, self.channel, label, post.campaign, by=by)
        if wanted != self.short_link:
            self.short_link = wanted
            self.save(update_fields=["short_link"])

    # Verbs ------------------------------------------------------------

    def note_published(
        self,
        url: str = "",
        *,
        by: Any,
        at: datetime | None = None,
        published_at: datetime | None = None,
        is_sent: bool = False,
    ) -> None:
        """It is out: says where, and counts for the campaign. Once noted, only a link left out is added.

        `is_sent` is said by a connector: what a channel has taken is out, whatever became of the yes meanwhile.
        """
        at = at or timezone.now()
        published_at = published_at or at
        with recorded(self.post, verb="publish", by=by, at=at):
            self.refresh_from_db()
            self.post.refresh_from_db()
            if published_at > at:
                raise ValidationError(_("That moment has not come yet."), code="future")
            if self.published_at is None:
                if not (is_sent or self.post.is_bound):
                    raise ValidationError(_("It is not approved yet."), code="not_approved")
                self.published_at = published_at
                self.published_by = person_of(by)
            self.published_url = url or self.published_url
            self.save(update_fields=["published_at", "published_by", "published_url"])

    def note_result(self, numbers: dict[str, Any], *, by: Any, at: datetime | None = None) -> None:
        """How many it reached and what they said, as the channel shows it on that day."""
        at = at or timezone.now()
        known = {name: numbers[name] for name in (*RESULTS, "result_words") if name in numbers}
        with recorded(self.post, verb="note_result", by=by, at=at, is_public=False):
            self.refresh_from_db()
            if self.published_at is None:
                raise ValidationError(_("First note that it is published, then its result."), code="not_out")
            for name, value in known.items():
                setattr(self, name, value)
            self.result_on = timezone.localtime(at).date()
            self.save(update_fields=[*known, "result_on"])

    def take_back(self, reason: str, *, by: Any, at: datetime | None = None) -> None:
        """It was noted by mistake, or has been deleted there: it no longer counts."""
        with recorded(self.post, verb="take_back", by=by, at=at, reason=reason):
            self.refresh_from_db()
            cleared = {"published_at": None, "published_by": None, "published_url": "", "result_words": ""}
            cleared |= {"result_on": None} | dict.fromkeys(RESULTS)
            for name, value in cleared.items():
                setattr(self, name, value)
            self.save(update_fields=[*cleared])

    @property
    def has_result(self) -> bool:
        return self.result_on is not None

    @property
    def heard_from(self) -> str:
        """The channel as registrations name it."""
        return str(Channel(self.channel).label)
