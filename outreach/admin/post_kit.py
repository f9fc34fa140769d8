"""The kit of a post: every version as its channel shows it, ready to copy and share; what came of it; a calendar."""

from calendar import Calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from outreach.channel_rules import Shape
from outreach.channels import Channel
from outreach.connectors import connector_of
from outreach.forms.post import PublishedForm, ReasonForm, ResultForm, SettleForm
from outreach.models import Delivery, Post, PostVersion
from outreach.post_pictures import pictures_of
from outreach.posting import queue_deliveries
from portal.shared.whatsapp import share_link
from services.admin.verbs import Text, VerbAdmin

RELEASES = "outreach.release_post"


@dataclass(frozen=True)
class Act:
    """Something done with one version after it was approved: its page, what it asks, and the verb."""

    label: Text
    explanation: Text
    form: Callable[[PostVersion, Any], forms.BaseForm]
    do: Callable[[PostVersion, dict[str, Any], Any], None]
    done: Text
    suits: Callable[[PostVersion], bool]


def settle(version: PostVersion, verdict: str, by: Any) -> None:
    """Every sending of the version that asks is decided alike; what is there counts, what is not goes out again."""
    is_there = verdict == "there"
    # All or nothing: a sending that waits without a task would wait for ever.
    with transaction.atomic():
        for delivery in version.deliveries.asking():
            delivery.settle(is_there, by=by)
        if is_there:
            version.note_published(by=by, is_sent=True)
        else:
            queue_deliveries(version)


ACTS: dict[str, Act] = {
    "published": Act(
        _("Note as published"),
        _("You have published it there. It counts for its campaign from now on."),
        lambda version, data: PublishedForm(data, initial={"published_url": version.published_url}),
        lambda version, answers, by: version.note_published(
            answers["published_url"], published_at=answers["published_at"], by=by
        ),
        _("Noted as published."),
        lambda version: version.published_at is None and version.post.is_bound,
    ),
    "link": Act(
        _("Type in the link"),
        _("So that colleagues find what was published."),
        lambda version, data: PublishedForm(data, initial={"published_url": version.published_url}),
        lambda version, answers, by: version.note_published(answers["published_url"], by=by),
        _("The link is kept."),
        lambda version: version.published_at is not None,
    ),
    "result": Act(
        _("Type in the result"),
        _("A few days later: what the channel shows under it."),
        lambda version, data: ResultForm(data, instance=version),
        lambda version, answers, by: version.note_result(answers, by=by),
        _("The result is kept."),
        lambda version: version.published_at is not None,
    ),
    "take_back": Act(
        _("It is not there any more"),
        _("Noted by mistake, or deleted there: it no longer counts, and its result is forgotten."),
        lambda version, data: ReasonForm(data),
        lambda version, answers, by: version.take_back(answers["reason"], by=by),
        _("It no longer counts."),
        lambda version: version.published_at is not None,
    ),
    "settle": Act(
        _("Say whether it is there"),
        _(
            "The portal could not learn whether the channel took it, and never sends twice. Look at the channel."
        ),
        lambda version, data: SettleForm(data),
        lambda version, answers, by: settle(version, answers["verdict"], by),
        _("Thank you, that is decided."),
        lambda version: version.published_at is None and version.deliveries.asking().exists(),
    ),
}


class KitPages(VerbAdmin):
    """The pages of a post beside its form."""

    def get_urls(self) -> list[Any]:
        asked = require_http_methods(["GET", "HEAD", "POST"])
        own = [
            path(
                "calendar/",
                self.admin_site.admin_view(require_safe(self.calendar_view)),
                name="outreach_post_calendar",
            ),
            path(
                "<path:object_id>/kit/",
                self.admin_site.admin_view(require_safe(self.kit_view)),
                name="outreach_post_kit",
            ),
            path(
                "<path:object_id>/<slug:channel>/<slug:act>/",
                self.admin_site.admin_view(asked(self.act_view)),
                name="outreach_post_act",
            ),
        ]
        verb, *rest = super().get_urls()
        return [verb, *own, *rest]

    def page(self, request: HttpRequest, template: str, **more: Any) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media} | more
        return TemplateResponse(request, f"admin/outreach/post/{template}", context)

    # The kit ------------------------------------------------------------

    def kit_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        post: Post = self.row_in_reach(request, object_id)
        versions = post.versions.select_related("short_link", "published_by").prefetch_related("deliveries")
        may_release = request.user.has_perm(RELEASES)
        is_bound = post.is_bound
        pictures = pictures_of(post)
        return self.page(
            request,
            "kit.html",
            title=post.title,
            post=post,
            original=post,
            is_bound=is_bound,
            verbs=self.verbs_for(request, post),
            may_change=self.has_change_permission(request, post) and not post.is_out,
            may_delete=self.has_delete_permission(request, post),
            pictures=[(shape.label, pictures[shape]) for shape in Shape if shape in pictures],
            cards=[card_of(post, version, pictures, may_release) for version in versions],
        )

    def act_view(self, request: HttpRequest, object_id: str, channel: str, act: str) -> HttpResponse:
        """One act with one version: asking is a GET, doing is a POST."""
        post: Post = self.row_in_reach(request, object_id)
        version = post.versions.filter(channel=channel).first()
        chosen = ACTS.get(act)
        if version is None or chosen is None:
            raise Http404
        if not request.user.has_perm(RELEASES):
            raise PermissionDenied
        back = reverse("admin:outreach_post_kit", args=[post.pk])
        if not chosen.suits(version):
            self.message_user(request, gettext("That cannot be done now."), messages.WARNING)
            return HttpResponseRedirect(back)
        form = chosen.form(version, request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            try:
                chosen.do(version, form.cleaned_data, request.user)
            except ValidationError as refusal:
                form.add_error(None, ValidationError(refusal.messages))
            else:
                self.message_user(request, str(chosen.done), messages.SUCCESS)
                return HttpResponseRedirect(back)
        fields: list[tuple[Any, Any]] = [(None, {"fields": list(form.fields)})]
        return self.page(
            request,
            "act.html",
            title=f"{version.get_channel_display()}: {chosen.label}",
            act=chosen,
            post=post,
            version=version,
            form=form,
            adminform=AdminForm(form, fields, {}, model_admin=self),  # type: ignore[arg-type]
            back=back,
        )

    # The calendar ------------------------------------------------------------

    def calendar_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        today = timezone.localdate()
        first = month_asked(request.GET.get("bulan", ""), today)
        weeks = Calendar().monthdatescalendar(first.year, first.month)
        since, until = start_of(weeks[0][0]), start_of(weeks[-1][-1] + timedelta(days=1))
        by_day: dict[date, list[Post]] = {}
        rows: Any = self.get_queryset(request)
        for post in rows.planned_in(since, until).select_related("unit"):
            by_day.setdefault(timezone.localtime(post.planned_at).date(), []).append(post)
        days = [[(day, by_day.get(day, [])) for day in week] for week in weeks]
        return self.page(
            request,
            "calendar.html",
            title=gettext("Calendar of posts"),
            first=first,
            today=today,
            before=first - timedelta(days=1),
            after=first + timedelta(days=31),
            weeks=days,
            unplanned=rows.filter(planned_at__isnull=True).count(),
        )


def start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def month_asked(written: str, today: date) -> date:
    """The first day of the month an address names as 2026-11; of this month for anything else."""
    try:
        asked = datetime.strptime(written, "%Y-%m").date()
    except ValueError:
        return today.replace(day=1)
    # A week before and after must be days too.
    return asked if 2000 <= asked.year <= 2200 else today.replace(day=1)


@dataclass(frozen=True)
class Card:
    """One version on the kit: what its channel shows, how full it is, and the ways out."""

    version: PostVersion
    picture: str
    share_url: str
    share_label: str
    acts: list[tuple[str, Act]]
    deliveries: list[Delivery]
    has_connector: bool


def card_of(post: Post, version: PostVersion, pictures: dict[str, str], may_release: bool) -> Card:
    version.post = post
    share_url, share_label = share_of(version)
    acts = [(name, act) for name, act in ACTS.items() if may_release and act.suits(version)]
    return Card(
        version=version,
        picture=pictures.get(version.shape, ""),
        share_url=share_url,
        share_label=share_label,
        acts=acts,
        deliveries=list(version.deliveries.all()),
        has_connector=connector_of(version.channel) is not None,
    )


def share_of(version: PostVersion) -> tuple[str, str]:
    """An address that opens the channel with the post ready, and what to call it; Instagram has none."""
    if version.channel == Channel.WHATSAPP:
        return share_link(version.whole_text), gettext("Open WhatsApp with this text")
    if version.channel == Channel.FACEBOOK and version.link:
        address = f"https://www.facebook.com/sharer/sharer.php?{urlencode({'u': version.link})}"
        return address, gettext("Open Facebook with this link")
    return "", ""
