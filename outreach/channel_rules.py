"""What each channel takes: how long a text may be, how many hashtags, which picture; as data, for desk and database."""

import re
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from outreach.channels import Channel

HASHTAG: Final = re.compile(r"(?<![\w#&/])#(?=\w*[^\W\d_])\w+")
MENTION: Final = re.compile(r"(?<![\w@.])@[\w.]*\w")


class Shape(models.TextChoices):
    """Of a share image, by its points: wide for a link, square for a post, tall for a story."""

    WIDE = "1200x630", _("wide, 1200 × 630")
    SQUARE = "1080x1080", _("square, 1080 × 1080")
    TALL = "1080x1920", _("tall, 1080 × 1920")


@dataclass(frozen=True)
class ChannelRule:
    """The limits of one channel; `longest` counts as phones count: most emoji are two.

    Facebook and Instagram refuse what is longer. The 600 of WhatsApp are ours: what is longer is folded away
    behind “read more”, where nobody reads the date.
    """

    channel: str
    longest: int
    most_hashtags: int
    most_mentions: int | None
    shape: str
    needs_picture: bool = False


RULES: Final = {
    rule.channel: rule
    for rule in (
        ChannelRule(Channel.FACEBOOK, 63_206, 30, None, Shape.WIDE),
        ChannelRule(Channel.INSTAGRAM, 2_200, 30, 20, Shape.SQUARE, needs_picture=True),
        ChannelRule(Channel.WHATSAPP, 600, 3, None, Shape.SQUARE),
    )
}
# The channels a post can have a version for; a name of its own, because a channel of hearing is more than these.
POST_CHANNELS: Final = [(channel, Channel(channel).label) for channel in RULES]


@dataclass(frozen=True)
class Size:
    """What a text comes to, beside what its channel takes."""

    length: int
    hashtags: int
    mentions: int
    rule: ChannelRule

    @property
    def left(self) -> int:
        return self.rule.longest - self.length

    @property
    def problems(self) -> list[ValidationError]:
        """Why the channel would not take it, each in a sentence with its cure; empty when it would."""
        name, found = Channel(self.rule.channel).label, []
        if self.left < 0:
            sentence = ngettext(
                "%(channel)s takes %(most)s characters: shorten the text by %(n)s character.",
                "%(channel)s takes %(most)s characters: shorten the text by %(n)s characters.",
                -self.left,
            )
            words = {"channel": name, "most": self.rule.longest, "n": -self.left}
            found.append(ValidationError(sentence % words, code="too_long"))
        if self.hashtags > self.rule.most_hashtags:
            tags = _("%(channel)s takes %(most)s hashtags, and these are %(n)s: take some out.")
            words = {"channel": name, "most": self.rule.most_hashtags, "n": self.hashtags}
            found.append(ValidationError(tags, code="hashtags", params=words))
        if self.rule.most_mentions is not None and self.mentions > self.rule.most_mentions:
            names = _("%(channel)s takes %(most)s names with @, and these are %(n)s: take some out.")
            words = {"channel": name, "most": self.rule.most_mentions, "n": self.mentions}
            found.append(ValidationError(names, code="mentions", params=words))
        return found


def length_of(text: str) -> int:
    """Characters as phones and browsers count them: one outside the basic plane, as most emoji are, is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def size_of(text: str, channel: str) -> Size:
    return Size(length_of(text), len(HASHTAG.findall(text)), len(MENTION.findall(text)), RULES[channel])
