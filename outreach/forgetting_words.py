"""Taking away what residents wrote to activities and consultations, some time after these are over.

Numbers stay, and so does what everybody may read: questions that were shown with their answers, findings, released
words. Of the rest nothing is left but that somebody wrote (the period is that of words in cases, see README).
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from outreach.models import AfterUse, EventRating, Question, Remark
from outreach.models.comment import ERASED
from outreach.models.question import SHOWN, QuestionState
from portal.shared.history import Change, noun_of

AT_ONCE: Final = 200


def erase_words(at: datetime) -> int:
    """How many rows lost their words; running it again finds nothing more."""
    until = at - timedelta(days=settings.FEEDBACK_WORDS_DAYS)
    return sum(in_parts(rows, erase) for rows, erase in due(until))


def due(until: datetime) -> list[tuple[Any, Any]]:
    """What was written to activities and consultations that ended before, and how it is taken away."""
    over = {"event__ends_at__lt": until}
    return [
        (Question.objects.filter(**over).exclude(text=ERASED), erase_questions),
        (
            Remark.objects.filter(response__consultation__closes_at__lt=until, is_choice=False).exclude(
                text=ERASED
            ),
            erase_remarks,
        ),
        (EventRating.objects.filter(**over).exclude(missing__in=("", ERASED)), erase_ratings),
        (AfterUse.objects.filter(**over).exclude(words=""), lambda rows: rows.update(words="")),
    ]


def in_parts(rows: Any, erase: Any) -> int:
    """A few hundred at a time, so that nobody waits long for the database."""
    done = 0
    while pks := list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            erase(rows.model.objects.filter(pk__in=pks))
        done += len(pks)
    return done


def erase_questions(rows: Any) -> None:
    """A question everybody reads keeps those words; of any other nobody could make anything now."""
    pks = list(rows.values_list("pk", flat=True))
    rows.exclude(state__in=SHOWN).update(state=QuestionState.HIDDEN, shown="", reason=ERASED)
    rows.update(text=ERASED, suspicion="")
    forget_history(Question, pks)


def erase_remarks(rows: Any) -> None:
    pks = list(rows.values_list("pk", flat=True))
    rows.update(text=ERASED)
    forget_history(Remark, pks)


def erase_ratings(rows: Any) -> None:
    """Without any other answer a rating still counts as one of somebody who wrote."""
    says_more = Q(usefulness__isnull=False) | Q(clarity__isnull=False)
    pks = list(rows.values_list("pk", flat=True))
    rows.filter(says_more).update(missing="")
    EventRating.objects.filter(pk__in=pks).exclude(missing="").update(missing=ERASED)


def forget_history(noun: type[models.Model], pks: list[int]) -> None:
    """Who moved them, and when, stays; the words that were in them then do not."""
    changes = Change.objects.filter(noun=noun_of(noun()), object_id__in=pks)
    changes.update(object_name=ERASED, reason="", before={}, after={})
