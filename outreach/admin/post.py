"""Posts for social media at the desk: written here, seen and published in their kit."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outreach.admin.base import NativeMoments, OutreachAdmin
from outreach.admin.post_kit import KitPages
from outreach.admin.post_verbs import APPROVE, ASK, SEND_BACK
from outreach.channel_rules import RULES
from outreach.channels import Channel
from outreach.forms.post import PostForm
from outreach.models import Campaign, Event, Post, PostVersion
from outreach.wording import Subject, first_words, subject_title, subject_unit
from services.models import News, Service

SUBJECTS: dict[str, type[Event] | type[Service] | type[News] | type[Campaign]] = {
    "event": Event,
    "service": Service,
    "news": News,
    "campaign": Campaign,
}
# A change of these is another post: the yes that was given does not hold for it.
WORDS = frozenset({"title", "text", "event", "service", "news", "campaign"})


class VersionRows(NativeMoments, admin.StackedInline):
    model = PostVersion
    extra = 0
    fields = ("channel", "text", "shape", "is_automatic")
    follows = 1

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_write(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_write(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_write(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("outreach.view_post"))

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name == "text":
            field.widget.attrs |= {"rows": 6, "data-counted": ""}
        return field


def beginning_of(name: str, subject: Subject) -> dict[str, Any]:
    return {
        name: subject.pk,
        "title": subject_title(subject)[:160],
        "text": first_words(subject, Channel.FACEBOOK),
        "unit": subject_unit(subject).pk,
    }


def may_write(request: HttpRequest, post: Post | None) -> bool:
    """What has left the house stays as it was told."""
    may = request.user.has_perm("outreach.change_post") or request.user.has_perm("outreach.add_post")
    return bool(may) and (post is None or not post.is_out)


@admin.register(Post)
class PostAdmin(KitPages, OutreachAdmin):
    form = PostForm
    change_form_template = "admin/outreach/post/form.html"
    list_display = ("title_shown", "planned_at", "state_shown", "channels_shown")
    list_display_links = None
    list_filter = ("state", "versions__channel", ("campaign", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("event", "service", "news", "campaign", "unit")
    search_fields = ("title", "text", "event__title", "campaign__title")
    autocomplete_fields = ("event", "service", "news", "campaign", "unit")
    verbs = (ASK, APPROVE, SEND_BACK)
    saved_filters = (
        (_("Everything"), ""),
        (_("Waits for approval"), "state__exact=asked"),
        (_("Drafts"), "state__exact=draft"),
        (_("Approved"), "state__exact=approved"),
    )
    change_list_template = "admin/outreach/post/list.html"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    *("title", "event", "service", "news", "campaign", "unit", "text", "channels"),
                    "planned_at",
                ),
                "description": _(
                    "About an activity, a service or a notice, for a campaign, or about none of them. "
                    "The portal adds a short link of each channel's own."
                ),
            },
        ),
        (_("More"), {"fields": ("is_example",)}),
    )

    class Media:
        js = (forms.Script("post.js", defer=True),)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).prefetch_related("versions")

    def get_fieldsets(self, request: HttpRequest, obj: Post | None = None) -> Any:
        """Channels are ticked once, for a new post; afterwards they stand below, each with its words."""
        parts = super().get_fieldsets(request, obj)
        if obj is None:
            return parts
        return [
            (name, {**options, "fields": [one for one in options["fields"] if one != "channels"]})
            for name, options in parts
        ]

    def get_inlines(self, request: HttpRequest, obj: Post | None) -> Any:
        return () if obj is None else (VersionRows,)

    def get_readonly_fields(self, request: HttpRequest, obj: Post | None = None) -> Any:
        return (*WORDS, "unit") if obj is not None and obj.is_out else ()

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name == "text":
            field.widget.attrs |= {"data-counted": ""}
        return field

    def has_delete_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not obj.is_out)

    # Writing ------------------------------------------------------------

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A post asked for from the page of an activity, a service or a campaign begins with its facts."""
        for name, model in SUBJECTS.items():
            key = request.GET.get(name, "")
            if key.isascii() and key.isdigit() and len(key) < 19:
                subject: Subject | None = model.objects.visible_to(request.user).filter(pk=key).first()
                return beginning_of(name, subject) if subject else {}
        return {}

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        post: Post = form.instance
        if not change or WORDS & {*form.changed_data} or any(rows.has_changed() for rows in formsets):
            was_approved = post.state == Post.State.APPROVED
            post.written(by=request.user)
            if was_approved:
                sentence = gettext(
                    "The words have changed, so the approval no longer holds. Ask for it again."
                )
                messages.warning(request, sentence)
        if not change and not post.text.strip() and post.subject is not None:
            # Chosen in the form instead of brought along: it begins with the same facts.
            post.text = first_words(post.subject, Channel.FACEBOOK)
        super().save_related(request, form, formsets, change)

    def after_saving(self, instance: Post, form: forms.ModelForm) -> None:
        """Still inside the change: a new post gets its versions, each version the short link of its channel."""
        if not instance.versions.exists():
            for channel in form.cleaned_data.get("channels", ()):
                self.make_version(instance, channel)
        for version in instance.versions.all():
            version.prepare(by=instance.changed_by)

    def make_version(self, post: Post, channel: str) -> None:
        """Words of its own where those of the post do not fit, or are still the ones it began with."""
        version = PostVersion(post=post, channel=channel, shape=RULES[channel].shape)
        if post.subject is not None:
            is_untouched = version.words == first_words(post.subject, Channel.FACEBOOK)
            if version.size.problems or (is_untouched and channel != Channel.FACEBOOK):
                version.text = first_words(post.subject, channel)
        version.save()

    def response_add(
        self, request: HttpRequest, obj: Post, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self.to_kit(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Post) -> HttpResponse:
        return self.to_kit(request, obj) or super().response_change(request, obj)

    def to_kit(self, request: HttpRequest, post: Post) -> HttpResponse | None:
        """What was written is seen at once as each channel will show it."""
        if {"_continue", "_addanother", "_popup"} & request.POST.keys():
            return None
        return HttpResponseRedirect(reverse("admin:outreach_post_kit", args=[post.pk]))

    # The list ------------------------------------------------------------

    @admin.display(description=_("title"), ordering="title")
    def title_shown(self, post: Post) -> str:
        address = reverse("admin:outreach_post_kit", args=[post.pk])
        about = post.subject or gettext("news")
        return format_html('<a href="{}">{}</a><br><span class="quiet">{}</span>', address, post.title, about)

    @admin.display(description=_("state"), ordering="state")
    def state_shown(self, post: Post) -> str:
        return format_html(
            '<span class="case-status post-state--{}">{}</span>', post.state, post.get_state_display()
        )

    @admin.display(description=_("channels"))
    def channels_shown(self, post: Post) -> str:
        return ", ".join(
            f"{one.get_channel_display()} ✓" if one.published_at else one.get_channel_display()
            for one in post.versions.all()
        )
