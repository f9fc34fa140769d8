"""The agenda of activities: what is coming, what is over, and a month at a glance."""

from datetime import date, datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outreach.agenda import (
    FILTERS,
    Asked,
    asked_of,
    chips_of,
    end_of_week,
    in_rows,
    midnight,
    not_over,
    rows_of,
    with_channel,
)
from outreach.channels import FROM
from outreach.models import Event
from outreach.months import month_of, month_table
from portal.shared.paging import list_page
from portal.shared.public_pages import public_page

# The words of `?hari=` are read here and nowhere else.
DAY, MONTH = "hari", "bulan"


@require_safe
@public_page(*FILTERS, DAY, FROM, "hal")
def event_list(request: HttpRequest) -> HttpResponse:
    """This week and later; or, where a day is asked for, that day."""
    asked, at, day = asked_of(request), timezone.now(), day_of(request)
    address = reverse("outreach:events")
    if day is None:
        events = not_over(at)
    else:
        begins = midnight(day)
        events = Event.objects.public().filter(ends_at__gt=begins, starts_at__lt=begins + timedelta(days=1))
    page_obj = list_page(request, in_rows(asked.of(events).order_by("starts_at", "pk")))
    rows = rows_of(page_obj.rows, at, asked.channel)
    week = end_of_week(at)
    groups = [
        (_("This week"), [row for row in rows if row.event.starts_at < week]),
        (_("Later"), [row for row in rows if row.event.starts_at >= week]),
    ]
    return render(
        request,
        "outreach/event_list.html",
        context_of(asked, address)
        | {
            "groups": [("", rows)] if day else [group for group in groups if group[1]],
            "page_obj": page_obj,
            "day": day,
            "is_empty_everywhere": not (page_obj.count or asked.is_any or day),
        },
    )


@require_safe
@public_page(*FILTERS, FROM, "hal")
def past_list(request: HttpRequest) -> HttpResponse:
    asked, at = asked_of(request), timezone.now()
    address = reverse("outreach:past_events")
    events = asked.of(Event.objects.past(at)).order_by("-starts_at", "-pk")
    page_obj = list_page(request, in_rows(events))
    context = context_of(asked, address, with_places=False) | {
        "rows": rows_of(page_obj.rows, at, asked.channel),
        "page_obj": page_obj,
    }
    return render(request, "outreach/event_past.html", context)


@require_safe
@public_page(*FILTERS, FROM, MONTH)
def calendar(request: HttpRequest) -> HttpResponse:
    """A month as a table; on a phone a list of its days."""
    asked, at = asked_of(request), timezone.now()
    month = month_of(request.GET.get(MONTH, ""), timezone.localdate(at))
    if month is None:
        raise Http404(_("This month does not exist in the calendar."))
    context = context_of(asked, reverse("outreach:calendar"), with_places=False)
    return render(request, "outreach/calendar.html", context | {"month": month_table(month, asked, at)})


def context_of(asked: Asked, address: str, *, with_places: bool = True) -> dict[str, Any]:
    """What all three say of the filters and of the way to each other."""
    feed = reverse("outreach:feed")
    return {
        "asked": asked,
        "chips": chips_of(asked, address, with_places=with_places),
        "clear_url": with_channel(address, asked.channel),
        "list_url": asked.url(reverse("outreach:events")),
        "past_url": asked.url(reverse("outreach:past_events")),
        "calendar_url": asked.url(reverse("outreach:calendar")),
        "feed_url": without_channel(asked).url(feed),
    }


def without_channel(asked: Asked) -> Asked:
    """A calendar that asks every day tells nobody how its owner heard of us."""
    return Asked(asked.topic, asked.audience, asked.area, asked.service)


def day_of(request: HttpRequest) -> date | None:
    written = request.GET.get(DAY, "")
    if not written:
        return None
    try:
        day = datetime.strptime(written, "%Y-%m-%d").date()
    except ValueError as wrong:
        raise Http404(_("This day does not exist in the calendar.")) from wrong
    if not 2000 <= day.year <= 2100:
        raise Http404(_("This day does not exist in the calendar."))
    return day
