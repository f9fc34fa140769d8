"""Results for everybody: the office in a year or month, its campaigns, and their files. Nothing is counted here."""

import csv
from dataclasses import dataclass, replace
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from outreach.models import Campaign
from portal.evaluation.documents import Document, Figure
from portal.evaluation.labels import month_name
from portal.evaluation.models import Evaluation
from portal.evaluation.publishing import DAYS_UNTIL_FINAL
from portal.evaluation.scope import OFFICE, Scope
from portal.evaluation.sentences import changed_services
from portal.evaluation.showing import ShownDocument, number, shown
from portal.evaluation.usefulness import sentences
from portal.open_data import cell
from portal.open_data.results import RESULT_COLUMNS, rows_of
from portal.shared.paging import list_page
from portal.shared.public_pages import public_page
from portal.shared.suppression import SMALLEST_GROUP, SMALLEST_SENSITIVE_GROUP
from services.views.catalogue import Chip

SMALLEST: Final = {"smallest": SMALLEST_GROUP, "smallest_sensitive": SMALLEST_SENSITIVE_GROUP}
# What a page shows under which heading, in this order.
MEETINGS: Final = ("invited", "registered", "attendance_rate", "expected_rate", "walk_ins")
DOORS: Final = ("homes_visited", "homes_met", "homes_refused", "home_coverage")
PAPER: Final = ("flyers_printed", "flyers_out", "flyers_left", "scans", "posts")
OPINIONS: Final = ("rated", "usefulness_mean", "usefulness_good", "clarity_mean")
UNDERSTANDING: Final = (
    *("pre_mean", "post_mean", "effectiveness", "effectiveness_of_change"),
    *("rose", "stayed", "fell"),
)
LATER: Final = ("later_asked", "later_used")
MONEY: Final = ("budget", "spent", "cost_per_person")
WHO_CAME: Final = (
    *("came_by_sex", "came_by_age", "came_by_audience", "came_by_area"),
    *("came_by_channel", "registered_by_channel"),
)


@dataclass(frozen=True)
class Part:
    """A part of a page: its figures and tables under one heading."""

    key: str
    title: str
    tiles: list[Any]
    tables: list[Any]
    note: str = ""

    @property
    def charts(self) -> list[Any]:
        return [table for table in self.tables if table.has_bars]

    @property
    def lists(self) -> list[Any]:
        return [table for table in self.tables if not table.has_bars]

    @property
    def more(self) -> str:
        """What opens on demand."""
        return ngettext("See the table", "See all %(n)s tables", len(self.tables)) % {"n": len(self.tables)}

    @property
    def is_empty(self) -> bool:
        """Nothing was counted: neither a number nor a hidden one."""
        return all(tile.value in ("0", "–") or not tile.is_known for tile in self.tiles)


def parts_of(found: ShownDocument, *, is_year: bool = False) -> list[Part]:
    """What is hidden is named; a year leaves out what one of its months hides, which is not too few in a year."""
    if is_year:
        found = replace(
            found,
            tiles={key: one for key, one in found.tiles.items() if not one.is_hidden},
            tables={
                key: one
                for key, one in found.tables.items()
                if not one.lines or not all(line.is_hidden for line in one.lines)
            },
        )
    parts = (
        Part("who", _("Who came"), found.some(MEETINGS), found.some_tables(WHO_CAME)),
        Part(
            "doors",
            _("At the doors"),
            found.some(DOORS),
            found.some_tables(("visits_by_outcome", "coverage_by_area")),
        ),
        Part(
            "opinions",
            _("What people thought of it"),
            found.some(OPINIONS),
            found.some_tables(("usefulness_answers", "clarity_answers")),
            _("Of those who chose to answer. 1 is not at all, 4 is very much."),
        ),
        Part(
            "understood",
            _("What people understood before and after"),
            found.some(UNDERSTANDING),
            [],
            _("Of those alone who answered the same questions before and after."),
        ),
        Part(
            "later",
            _("What came of it"),
            found.some(LATER),
            found.some_tables(("later_use",)),
            _("We ask one to three months later."),
        ),
        Part(
            "paper",
            _("On paper and online"),
            found.some(PAPER),
            found.some_tables(("flyers_by_place", "scans_by_channel", "posts")),
        ),
        Part("money", _("What it cost"), found.some(MONEY), []),
    )
    return [part for part in parts if not part.is_empty]


# The office ---------------------------------------------------------------------------------------------------


@require_safe
@public_page("periode")
def overview(request: HttpRequest) -> HttpResponse:
    """The office in the newest year or the period asked for, from what is published."""
    periods = list(
        Evaluation.objects.public()
        .filter(subject=OFFICE)
        .order_by("-period")
        .values_list("period", flat=True)
    )
    asked = request.GET.get("periode", "")
    if asked and asked not in periods:
        raise Http404(_("There are no figures of this period."))
    years = [one for one in periods if len(one) == 4]
    period = asked or next(iter(years or periods), "")
    kept = Evaluation.objects.public().filter(subject=OFFICE, period=period).first() if period else None
    context: dict[str, Any] = {
        "period": month_name(period) if period else "",
        "chips": chips_of(periods, period),
        "days_until_final": DAYS_UNTIL_FINAL,
        "has_campaigns": Evaluation.objects.public().filter(subject__startswith="campaign:").exists(),
        **SMALLEST,
    }
    if kept:
        document = kept.document
        found = shown(document)
        months = document.words.get("months", [])
        context |= {
            "kept": kept,
            "shown": found,
            "sentence": sentence_of(document),
            "tiles": tiles_of(document, found),
            "late_number": late_of(document),
            "parts": parts_of(found, is_year=len(period) == 4),
            "months": found.tables.get("months") if len(period) == 4 else None,
            "is_running_year": len(period) == 4 and kept.frozen_at is None,
            "until": month_name(months[-1]) if months else "",
            "csv_url": f"{reverse('evaluation:office_csv')}?periode={period}",
        }
    return render(request, "evaluation/overview.html", context)


def chips_of(periods: list[str], period: str) -> dict[str, list[Chip]]:
    """Links to the years, and to the months of the year shown."""
    address = reverse("evaluation:overview")

    def chip(one: str, label: str) -> Chip:
        return Chip(label, f"{address}?periode={one}", one == period)

    return {
        "years": [chip(one, one) for one in periods if len(one) == 4],
        "months": [
            chip(one, month_name(one).rpartition(" ")[0])
            for one in sorted(periods)
            if len(one) == 7 and one[:4] == period[:4]
        ],
    }


def number_in(document: Document, key: str) -> Figure | None:
    """A figure that is known and shown."""
    figure = document.figures.get(key)
    return figure if figure and figure.value is not None and not figure.is_hidden else None


def sentence_of(document: Document) -> str:
    """What the numbers mean, in one sentence or two."""
    said = []
    if (rate := number_in(document, "on_time_rate")) and rate.whole:
        said.append(
            _("We answered %(part)s of %(whole)s messages on time.")
            % {"part": number(rate.part), "whole": number(rate.whole)}
        )
    if (came := number_in(document, "came")) and came.value:
        said.append(_("%(n)s people came to our activities.") % {"n": number(came.value)})
    return " ".join(said)


def tiles_of(document: Document, found: ShownDocument) -> list[Any]:
    """Four: what came in, what was answered in time and what was not, and who came."""
    return found.some(("cases", "on_time_rate", "median_days", "came", "satisfaction_index"))[:4]


def late_of(document: Document) -> int:
    """How many waited longer than promised, as plainly as the others."""
    rate = number_in(document, "on_time_rate")
    if rate is None or rate.part is None or not rate.whole or rate.whole == rate.part:
        return 0
    return rate.whole - rate.part


# Campaigns ------------------------------------------------------------------------------------------------------


@require_safe
@public_page("hal")
def campaign_list(request: HttpRequest) -> HttpResponse:
    """Campaigns with published results, the newest first, with how many came."""
    subjects = (
        Evaluation.objects.public().filter(subject__startswith="campaign:").values_list("subject", flat=True)
    )
    slugs = [subject.removeprefix("campaign:") for subject in subjects]
    campaigns = Campaign.objects.published().filter(slug__in=slugs).select_related("unit")
    page = list_page(request, campaigns.order_by("-ends_on", "-pk"))
    of_page = [f"campaign:{campaign.slug}" for campaign in page.rows]
    documents = {one.subject: one.document for one in Evaluation.objects.public().filter(subject__in=of_page)}
    rows = [(campaign, line_of(documents[f"campaign:{campaign.slug}"])) for campaign in page.rows]
    return render(request, "evaluation/campaign_list.html", {"page_obj": page, "rows": rows})


def line_of(document: Document) -> list[str]:
    """What a campaign reached, in a few words."""
    words = (
        ("came", _("%(n)s came")),
        ("homes_met", _("%(n)s homes visited")),
        ("flyers_out", _("%(n)s flyers")),
        ("usefulness_mean", _("useful: %(n)s of 4")),
    )
    found = ((number_in(document, key), sentence) for key, sentence in words)
    return [sentence % {"n": number(one.value, one.unit)} for one, sentence in found if one and one.value]


@require_safe
@public_page()
def campaign_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """What came of a campaign: the figures staff have, without small groups."""
    campaign, kept = published_campaign(slug)
    document = kept.document
    found = shown(document)
    context = {
        "campaign": campaign,
        "kept": kept,
        "shown": found,
        "tiles": found.some(("came", "attendance_rate", "homes_met", "usefulness_mean")),
        "targets": found.tables.get("targets"),
        "parts": parts_of(found),
        "changes": changed_services(document),
        "comments": sentences(Scope(campaign=campaign, at=timezone.now())),
        "is_final": kept.frozen_at is not None,
        **SMALLEST,
    }
    return render(request, "evaluation/campaign_detail.html", context)


def published_campaign(slug: str) -> tuple[Campaign, Evaluation]:
    campaign: Campaign = get_object_or_404(Campaign.objects.published().select_related("unit"), slug=slug)
    kept = get_object_or_404(Evaluation.objects.public(), subject=f"campaign:{slug}", period="")
    return campaign, kept


# Files ----------------------------------------------------------------------------------------------------------


def csv_of(kept: Evaluation | None, name: str) -> HttpResponse:
    """All of a published document, and as long as there is none its columns; nothing runs in a spreadsheet."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    columns = [one.name for one in RESULT_COLUMNS]
    writer = csv.writer(response)
    writer.writerow(columns)
    for row in rows_of(kept.document, is_final=kept.frozen_at is not None) if kept else ():
        writer.writerow([cell(row.get(name)) for name in columns])
    return response


@require_safe
@public_page()
def campaign_csv(request: HttpRequest, slug: str) -> HttpResponse:
    _campaign, kept = published_campaign(slug)
    return csv_of(kept, f"results-{slug}")


@require_safe
@public_page("periode")
def office_csv(request: HttpRequest) -> HttpResponse:
    """Of the period asked for, or of the newest year."""
    asked = request.GET.get("periode", "")
    public = Evaluation.objects.public().filter(subject=OFFICE).exclude(period="")
    kept = (public.filter(period=asked) if asked else public.order_by("-counted_at", "period")).first()
    if asked and kept is None:
        raise Http404(_("There are no figures of this period."))
    return csv_of(kept, f"results-{kept.period}" if kept else "results")
