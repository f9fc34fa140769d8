"""The kinds of documents one search goes over: what they are called, and how one of them stands in the list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.kinds import kind_word
from feedback.models import Submission
from outreach.agenda import Row as EventRow
from outreach.models import Campaign, Consultation, Event, Question
from outreach.models.deciding import Phase
from portal.finding import sources
from portal.finding.sources import Narrowed
from portal.shared.search import SearchQuerySet
from portal.shared.templatetags.indonesia import short_date
from portal.shared.templatetags.today import closing_words
from services.models import Location, News, PublicWork, Service

WORDS_SHOWN = 26


@dataclass(frozen=True)
class Card:
    """A document in the list: its name, one sentence of it, and facts side by side.

    ``warning`` is what a reader must know before opening it; ``is_translated`` says that name and sentence are in
    the language of the page.
    """

    kind: "Kind"
    url: str
    title: str
    text: str = ""
    facts: Sequence[str] = ()
    warning: str = ""
    is_example: bool = False
    is_translated: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind: its word in an address, its words on the page, its rows, and how they are shown."""

    word: str
    one: Promise
    many: Promise
    icon: str
    rows: Callable[[Narrowed, datetime], SearchQuerySet]
    related: tuple[str, ...]
    card: Callable[["Kind", Any, datetime], Card]

    def cards(self, pks: Sequence[int], at: datetime) -> dict[int, Card]:
        """The cards of these rows, by key, in one question."""
        model = self.rows(Narrowed(), at).model
        rows = model._default_manager.filter(pk__in=pks).select_related(*self.related)
        return {row.pk: self.card(self, row, at) for row in rows}


def beginning(text: str) -> str:
    return Truncator(" ".join(text.split())).words(WORDS_SHOWN)


def in_language(row: Any, field: str) -> tuple[str, bool]:
    """The text in the language of the page, and whether it is in that language."""
    english = getattr(row, f"{field}_en", "")
    if translation.get_language() == "en":
        return (english, True) if english else (getattr(row, field), False)
    return getattr(row, field), True


def facts(*words: object) -> tuple[str, ...]:
    return tuple(str(one) for one in words if one)


def service_card(kind: Kind, service: Service, at: datetime) -> Card:
    words = (
        service.category.sector.title,
        _("Cost: %(fee)s") % {"fee": service.fee_display},
        _("Time: %(time)s") % {"time": service.turnaround_display},
    )
    return Card(
        kind,
        service.get_absolute_url(),
        service.title,
        service.answer,
        words,
        warning=closing_words(service),
        is_translated=True,
    )


def place_card(kind: Kind, place: Location, at: datetime) -> Card:
    words = facts(capfirst(place.get_kind_display()), place.area and place.area.long_name, place.address)
    return Card(kind, place.get_absolute_url(), place.name, facts=words, is_translated=True)


def event_card(kind: Kind, event: Event, at: datetime) -> Card:
    row = EventRow(event, at)
    day = short_date(timezone.localdate(event.starts_at))
    is_over = row.phase not in (Phase.COMING, Phase.NOW)
    return Card(
        kind,
        row.url,
        event.label,
        beginning(event.summary),
        facts(day, row.hours, row.where, _("over") if is_over and not row.is_called_off else ""),
        warning=_("Does not take place as planned") if row.is_called_off else "",
        is_example=event.is_example,
    )


def question_card(kind: Kind, question: Question, at: datetime) -> Card:
    words = facts(question.answered_by, question.event.label)
    return Card(kind, question.get_absolute_url(), question.shown, beginning(question.answer), words)


def answer_card(kind: Kind, case: Submission, at: datetime) -> Card:
    words = facts(kind_word(case.kind), case.number, case.public_status)
    text = beginning(case.public_answer or case.public_story)
    return Card(kind, case.get_absolute_url(), case.public_title, text, words)


def consultation_card(kind: Kind, one: Consultation, at: datetime) -> Card:
    day = short_date(timezone.localdate(one.closes_at))
    is_open = one.opens_at <= at < one.closes_at
    until = _("open until %(date)s") if is_open else _("closed on %(date)s")
    words = facts(until % {"date": day} if at >= one.opens_at else "")
    lines = one.changes_lines
    return Card(
        kind, one.get_absolute_url(), one.label, lines[0] if lines else "", words, is_example=one.is_example
    )


def work_card(kind: Kind, work: PublicWork, at: datetime) -> Card:
    where = work.place or (work.area.long_name if work.area else "")
    words = facts(work.get_stage_display(), capfirst(work.get_kind_display()), where)
    return Card(kind, work.get_absolute_url(), work.name, beginning(work.description), words)


def news_card(kind: Kind, item: News, at: datetime) -> Card:
    title, is_translated = in_language(item, "title")
    text, _is = in_language(item, "text")
    is_over = item.shown_until is not None and item.shown_until <= at
    words = facts(short_date(timezone.localdate(item.shown_from)), _("over") if is_over else "")
    return Card(
        kind,
        item.get_absolute_url(),
        title,
        beginning(text),
        words,
        is_example=item.is_example,
        is_translated=is_translated,
    )


def campaign_card(kind: Kind, campaign: Campaign, at: datetime) -> Card:
    title, is_translated = in_language(campaign, "title")
    period = _("%(first)s to %(last)s") % {
        "first": short_date(campaign.starts_on),
        "last": short_date(campaign.ends_on),
    }
    return Card(
        kind,
        campaign.get_absolute_url(),
        title,
        campaign.summary,
        facts(period),
        is_example=campaign.is_example,
        is_translated=is_translated,
    )


# In the order in which equally good hits stand.
KINDS: Final = (
    Kind(
        "layanan",
        gettext_lazy("Service"),
        gettext_lazy("Services"),
        "file-earmark-text",
        sources.services,
        ("category__parent",),
        service_card,
    ),
    Kind(
        "tempat",
        gettext_lazy("Place"),
        gettext_lazy("Places"),
        "geo-alt",
        sources.places,
        ("area",),
        place_card,
    ),
    Kind(
        "kegiatan",
        gettext_lazy("Activity"),
        gettext_lazy("Activities"),
        "calendar-event",
        sources.events,
        ("location",),
        event_card,
    ),
    Kind("kabar", gettext_lazy("News"), gettext_lazy("News"), "info-circle", sources.news, (), news_card),
    Kind(
        "tanya-jawab",
        gettext_lazy("Question answered"),
        gettext_lazy("Questions"),
        "question-circle",
        sources.questions,
        ("event",),
        question_card,
    ),
    Kind(
        "jawaban",
        gettext_lazy("Answer to a resident"),
        gettext_lazy("Answers"),
        "chat-left-text",
        sources.answers,
        (),
        answer_card,
    ),
    Kind(
        "konsultasi",
        gettext_lazy("Consultation"),
        gettext_lazy("Consultations"),
        "people",
        sources.consultations,
        (),
        consultation_card,
    ),
    Kind(
        "pekerjaan",
        gettext_lazy("Public work"),
        gettext_lazy("Public works"),
        "cone-striped",
        sources.works,
        ("area",),
        work_card,
    ),
    Kind(
        "kampanye",
        gettext_lazy("Campaign"),
        gettext_lazy("Campaigns"),
        "lightbulb",
        sources.campaigns,
        (),
        campaign_card,
    ),
)
BY_WORD: Final = {kind.word: kind for kind in KINDS}
# Of which the newest matter most, where there are very many.
WRITTEN_DAILY: Final = frozenset({"kegiatan", "kabar", "tanya-jawab", "jawaban", "konsultasi", "kampanye"})
# Of whose names one is offered when nothing is found.
WITH_NAMES: Final = ("layanan", "tempat", "kegiatan", "pekerjaan")
