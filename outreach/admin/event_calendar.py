"""The calendar of the desk: a month of activities, drafts too, with home visits and planned posts beside them."""

import calendar
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from outreach.admin.event_filters import of_my_units
from outreach.models import Event, Post, Round
from outreach.months import month_of, neighbour
from portal.shared.asked_lists import AskedLists
from portal.shared.templatetags.indonesia import clock
from services.models import ClosedDay

# More than an office does in a month; beyond it the list with its filters tells the rest.
MOST = 400
KINDS_WITH_NAME = 40


@dataclass(frozen=True)
class Entry:
    """One line of a day: what it is, where it opens, when, and how it stands."""

    label: str
    url: str
    clock: str
    look: str
    note: str


def start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def day_of(moment: datetime) -> date:
    return timezone.localtime(moment).date()


class Entries:
    """What lies on the days from one until before another, as far as this person reaches."""

    def __init__(self, user: Any, first: date, last: date, *, is_mine: bool, at: datetime) -> None:
        self.user, self.first, self.last, self.is_mine, self.at = user, first, last, is_mine, at
        self.days: defaultdict[date, list[Entry]] = defaultdict(list)
        self.is_cut = False
        if user.has_perm("outreach.view_round"):
            self.add_rounds()
        self.add_events()
        if user.has_perm("outreach.view_post"):
            self.add_posts()

    def within_reach(self, rows: Any) -> Any:
        rows = rows.visible_to(self.user)
        return of_my_units(rows, self.user) if self.is_mine else rows

    def span(self, begins: date, ends: date) -> list[date]:
        begins, ends = max(begins, self.first), min(ends, self.last)
        return [begins + timedelta(days=number) for number in range((ends - begins).days + 1)]

    def add_events(self) -> None:
        since, until = start_of(self.first), start_of(self.last + timedelta(days=1))
        rows = self.within_reach(Event.objects.filter(ends_at__gt=since, starts_at__lt=until))
        rows = list(rows.select_related("location", "unit").order_by("starts_at", "pk")[: MOST + 1])
        self.is_cut = len(rows) > MOST
        for event in rows[:MOST]:
            phase = event.phase(self.at)
            begins = day_of(event.starts_at)
            for day in self.span(begins, day_of(event.ends_at - timedelta(microseconds=1))):
                self.days[day].append(
                    Entry(
                        label=event.title,
                        url=reverse("admin:outreach_event_change", args=[event.pk]),
                        clock=clock(event.starts_at) if day == begins else "",
                        look=phase.value,
                        note=" · ".join(filter(None, (str(phase.label), event.place))),
                    )
                )

    def add_rounds(self) -> None:
        rows = self.within_reach(Round.objects.filter(starts_on__lte=self.last, ends_on__gte=self.first))
        for one in rows.order_by("starts_on", "pk")[:KINDS_WITH_NAME]:
            url = reverse("admin:outreach_round_change", args=[one.pk])
            for day in self.span(one.starts_on, one.ends_on):
                self.days[day].append(Entry(one.title, url, "", "round", gettext("home visits")))

    def add_posts(self) -> None:
        since, until = start_of(self.first), start_of(self.last + timedelta(days=1))
        rows = self.within_reach(Post.objects.planned_in(since, until))
        for post in rows.order_by("planned_at", "pk")[:MOST]:
            url = reverse("admin:outreach_post_kit", args=[post.pk])
            note = gettext("post, %(state)s") % {"state": post.get_state_display()}
            self.days[day_of(post.planned_at)].append(
                Entry(post.title, url, clock(post.planned_at), "post", note)
            )


class HasCalendar(AskedLists):
    """Adds the page “calendar” to activities."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_safe(self.calendar_view))
        return [path("calendar/", view, name="outreach_event_calendar"), *super().get_urls()]

    def calendar_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        at = timezone.now()
        today = day_of(at)
        first = month_of(request.GET.get("bulan", ""), today) or today.replace(day=1)
        weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
        is_mine = request.GET.get("mine") == "1"
        entries = Entries(request.user, weeks[0][0], weeks[-1][-1], is_mine=is_mine, at=at)
        closed = ClosedDay.objects.filter(location=None, date__range=(weeks[0][0], weeks[-1][-1]))
        closed_names = dict(closed.values_list("date", "name"))
        mine = "&mine=1" if is_mine else ""
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Calendar"),
            "opts": self.opts,
            "first": first,
            "today": today,
            "weeks": [
                [(day, entries.days.get(day, []), closed_names.get(day, "")) for day in week]
                for week in weeks
            ],
            "previous": neighbour(first, -1),
            "next": neighbour(first, 1),
            "mine": mine,
            "is_mine": is_mine,
            "is_cut": entries.is_cut,
            "is_empty": not entries.days,
            "may_add": self.has_add_permission(request),
        }
        return TemplateResponse(request, "admin/outreach/calendar.html", context)
