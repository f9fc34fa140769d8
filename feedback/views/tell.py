"""Telling something in four short pages; each is saved on the server before the next is shown."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback import drafting, spam
from feedback.composing import columns_of
from feedback.drafting import STEPS, Kept
from feedback.forms.tell import KindForm, PlaceForm, SendForm, StepForm, StoryForm
from feedback.intake import Told, receive
from feedback.kinds import TITLES
from feedback.models import Photo, Submission
from feedback.views.photo import for_one_person
from outreach.channels import FROM, channel_of
from portal.shared import receipt
from portal.shared.tokens import token_fits

ADDRESSES = {"kind": "tell", "story": "tell_story", "place": "tell_place", "send": "tell_send"}
# The buttons that do not go on to the next page.
LATER = "simpan"
EDITING = "ubah"
KIND = "jenis"
# By this a script says that it has sent the form: static/tell.js.
SCRIPT = "X-Step"
# What somebody searched for in vain before they came here.
SEARCHED = "cari"
LONGEST_SEARCHED = 200


def step_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of the wizard: it checks its own token, so that an old page comes back filled."""
    guarded = require_http_methods(["GET", "HEAD", "POST"])(view)

    @wraps(view)
    def told(request: HttpRequest) -> HttpResponse:
        return for_script(request, guarded(request))

    return sensitive_post_parameters()(csrf_exempt(told))


def for_script(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """The same answer; to the script that sent the form, the next address instead of a redirect to it."""
    if answer.status_code != 302 or request.headers.get(SCRIPT) != "yes":
        return answer
    named = JsonResponse({"next": answer["Location"]})
    named.cookies = answer.cookies
    return named


def go(step: str, **query: str) -> HttpResponse:
    address = reverse(f"feedback:{ADDRESSES[step]}")
    return HttpResponseRedirect(f"{address}?{urlencode(query)}" if query else address)


def missing(kept: Kept | None, step: str) -> HttpResponse | None:
    """Where to begin when a page before this one has not been answered."""
    if kept is None or not kept.answers("kind").get("kind"):
        return go("kind")
    if step in {"place", "send"} and not StoryForm(kept.answers("story"), kind="").is_valid():
        return go("story")
    return None


def arrived(request: HttpRequest, kept: Kept | None, at: datetime) -> HttpResponse | None:
    """The receipt, for a page pressed twice, sent again after the line was cut, or found by going back."""
    sent = None if kept else drafting.sent_of(request, at)
    told = request.POST.get("story", "")
    is_another = (
        bool(told.strip()) and sent is not None and drafting.alike(told) != drafting.alike(sent.story)
    )
    if sent is None or is_another:
        return None
    return HttpResponseRedirect(reverse("feedback:tell_receipt"))


def shown(request: HttpRequest, step: str, form: StepForm, kept: Kept | None, **context: Any) -> HttpResponse:
    number = STEPS.index(step) + 1
    before = STEPS[number - 2] if number > 1 else ""
    answers = kept.answers("kind") if kept else {}
    frame = {
        "form": form,
        "number": number,
        "steps": range(1, len(STEPS) + 1),
        "back": f"{reverse(f'feedback:{ADDRESSES[before]}')}?{EDITING}=1" if before else reverse("home"),
        "form_key": kept.key if kept else "",
        "told": json.dumps(drafting.told_before(kept)) if kept else "{}",
        "kind_title": TITLES.get(answers.get("kind", ""), ""),
        "hide_official_row": True,
    }
    return render(request, f"feedback/tell_{step}.html", frame | context)


def fields_of(form: type[StepForm]) -> list[str]:
    """Of what was typed; the trap, the stamp and files are no answers."""
    return [name for name in form.base_fields if name not in {"website", "stamp", "photos"}]


def bound(request: HttpRequest, form: type[StepForm], **more: Any) -> StepForm:
    data = drafting.typed(request.POST, [*fields_of(form), "website", "stamp"])
    return form(data, request.FILES, **more)


def unbound(form: type[StepForm], answers: dict[str, Any], at: datetime, **more: Any) -> StepForm:
    return form(initial=answers | {"stamp": spam.stamp(at)}, **more)


def raw(form: StepForm) -> dict[str, str]:
    """What was typed as it was typed, to be kept."""
    return {name: str(form.data[name]) for name in fields_of(type(form)) if name in form.data}


def after(request: HttpRequest, step: str) -> HttpResponse:
    """The next page, or word that everything is kept."""
    if LATER in request.POST:
        return HttpResponseRedirect(reverse("feedback:tell_saved"))
    return go(STEPS[STEPS.index(step) + 1])


# The four pages -------------------------------------------------------------------------------------------


@step_page
def tell(request: HttpRequest) -> HttpResponse:
    """What kind of message; an address may say it already, and what it is about."""
    at = timezone.now()
    kept = drafting.kept_of(request, at)
    is_editing = EDITING in request.GET and kept is not None
    about = kept.draft.data.get("about", {}) if kept and is_editing else drafting.about_of(request.GET)
    rows = drafting.rows_about(about)
    if request.method != "POST":
        if kept and kept.is_begun and not is_editing:
            return resume_page(request, kept)
        answers = kept.answers("kind") if kept and is_editing else {"kind": request.GET.get(KIND, "")[:40]}
        return shown(request, "kind", unbound(KindForm, answers, at, about=rows), kept)
    form = bound(request, KindForm, about=rows)
    if not form.is_valid() or not token_fits(request):
        if form.is_valid():
            form.refuse_as_old()
        return shown(request, "kind", form, kept)
    # Somebody else's unfinished story on the same phone is not gone on with unasked.
    if kept is None or (kept.is_begun and not is_editing):
        kept = drafting.begin(at)
    told = {"about": about if form.cleaned_data.get("is_about") else {}}
    if channel := channel_of(request.GET.get(FROM)):
        # By which flyer, post or poster they came: it travels with the case.
        told["heard_from"] = channel
    if words := drafting.NOT_KEPT.sub("", request.GET.get(SEARCHED, "")).strip()[:LONGEST_SEARCHED]:
        told["searched"] = words
    kept.keep("kind", raw(form), at, beside=told)
    to_summary = is_editing and "place" in kept.draft.data
    return drafting.remember(go("send") if to_summary else go("story"), kept)


@step_page
def tell_story(request: HttpRequest) -> HttpResponse:
    """What happened. A photo that cannot be taken never takes the story along."""
    at = timezone.now()
    kept = drafting.kept_of(request, at)
    is_ours = request.method == "POST" and token_fits(request)
    if there := arrived(request, kept, at):
        return there
    if kept is None and request.POST.get("story", "").strip():
        if not is_ours:
            # From elsewhere, or from long ago: shown again, and neither kept nor remembered before it is sent anew.
            form = bound(request, StoryForm, kind=Submission.Kind.UNDECIDED)
            form.refuse_as_old()
            return shown(request, "story", fresh(form, at), None)
        # The day is over, or the browser keeps no cookie: the story begins a new draft instead of being lost.
        kept = drafting.begin(at)
        kept.keep("kind", {"kind": Submission.Kind.UNDECIDED.value}, at)
    if elsewhere := missing(kept, "story"):
        return elsewhere
    assert kept is not None
    kind = kept.answers("kind")["kind"]
    if request.method != "POST":
        answers = beginning_of(kept) | kept.answers("story")
        form = unbound(StoryForm, answers, at, kind=kind, kept=photos_of(kept))
        return shown(request, "story", form, kept)
    form = bound(request, StoryForm, kind=kind)
    elsewhere_said: dict[str, Any] = {}
    if is_ours:
        signs = spam.signs_of_form(form.data.get("website", ""), form.data.get("stamp", ""), at)
        elsewhere_said = kept.keep(
            "story", raw(form) | {"signs": signs}, at, stamp=form.data.get("stamp", "")
        )
        drop_photos(request, kept)
    is_valid = form.is_valid()
    if is_ours:
        is_valid = take_photos(form, kept, at) and is_valid
    else:
        form.refuse_as_old()
    if LATER in request.POST and is_ours and not (elsewhere_said or form.has_error("photos")):
        return drafting.remember(after(request, "story"), kept)
    if not (is_valid and is_ours) or elsewhere_said or "buang" in request.POST:
        form.kept = photos_of(kept)  # type: ignore[attr-defined]
        more = {"elsewhere": form.in_words(elsewhere_said)}
        return drafting.remember(shown(request, "story", fresh(form, at), kept, **more), kept)
    return drafting.remember(after(request, "story"), kept)


def beginning_of(kept: Kept) -> dict[str, Any]:
    """The first sentence for whoever comes from a search that found nothing; theirs to change."""
    words = kept.draft.data.get("searched", "")
    return (
        {"story": _("I looked for “%(words)s” and did not find it.") % {"words": words} + "\n"}
        if words
        else {}
    )


def fresh(form: StepForm, at: datetime) -> StepForm:
    """The same answers with a stamp of now, for the next try."""
    data: Any = form.data
    data["stamp"] = spam.stamp(at)
    return form


def photos_of(kept: Kept) -> list[Photo]:
    return list(kept.draft.photos.all())


def drop_photos(request: HttpRequest, kept: Kept) -> None:
    for key in request.POST.getlist("buang"):
        if key.isascii() and key.isdecimal() and len(key) < 19:
            kept.draft.remove_photo(int(key))


def take_photos(form: StepForm, kept: Kept, at: datetime) -> bool:
    """Keeps the photos that came along; says beside the field what is the matter with one that could not be kept."""
    problems: dict[str, ValidationError] = {}
    for upload in form.files.getlist("photos") if form.files else []:
        try:
            kept.draft.add_photo(upload, at)
        except ValidationError as problem:
            problems.setdefault(problem.code or "", problem)
    for one in problems.values():
        form.add_error("photos", one)
    return not problems


@step_page
def tell_place(request: HttpRequest) -> HttpResponse:
    """Where and when; every answer may be skipped."""
    at = timezone.now()
    today = timezone.localdate(at)
    kept = drafting.kept_of(request, at)
    if elsewhere := arrived(request, kept, at) or missing(kept, "place"):
        return elsewhere
    assert kept is not None
    if request.method != "POST":
        return shown(request, "place", unbound(PlaceForm, kept.answers("place"), at, today=today), kept)
    form = bound(request, PlaceForm, today=today)
    if not token_fits(request):
        form.refuse_as_old()
        return shown(request, "place", fresh(form, at), kept)
    elsewhere_said = kept.keep("place", raw(form), at, stamp=form.data.get("stamp", ""))
    if not elsewhere_said and (LATER in request.POST or form.is_valid()):
        return drafting.remember(after(request, "place"), kept)
    return shown(request, "place", fresh(form, at), kept, elsewhere=form.in_words(elsewhere_said))


@step_page
def tell_send(request: HttpRequest) -> HttpResponse:
    """Everything once more, who may read it and where to send word; then it is sent, once."""
    at = timezone.now()
    kept = drafting.kept_of(request, at)
    if elsewhere := arrived(request, kept, at) or missing(kept, "send"):
        return elsewhere
    assert kept is not None
    place = PlaceForm(kept.answers("place"), today=timezone.localdate(at))
    if not place.is_valid():
        return go("place")
    if request.method != "POST":
        return summary(request, unbound(SendForm, kept.answers("send"), at), kept, place)
    form = bound(request, SendForm)
    if not token_fits(request):
        form.refuse_as_old()
        return summary(request, fresh(form, at), kept, place)
    if LATER in request.POST or not form.is_valid():
        kept.keep("send", raw(form), at)
        if LATER in request.POST:
            return drafting.remember(after(request, "send"), kept)
        return summary(request, fresh(form, at), kept, place)
    if kept.is_newer({"story", "place"}, form.data.get("stamp", ""), at):
        # What would be sent is not what this page shows.
        return summary(request, fresh(form, at), kept, place, is_changed=True)
    send(request, kept, place, form, at)
    return drafting.remember_until_closed(HttpResponseRedirect(reverse("feedback:tell_receipt")), kept)


def summary(
    request: HttpRequest, form: StepForm, kept: Kept, place: PlaceForm, *, is_changed: bool = False
) -> HttpResponse:
    context = {
        "is_changed": is_changed,
        "story": kept.answers("story").get("story", ""),
        "photos": photos_of(kept),
        "place": place.cleaned_data,
        "happened": place.happened(),
        "about": drafting.rows_about(kept.draft.data.get("about", {})),
    }
    return shown(request, "send", form, kept, **context)


def send(request: HttpRequest, kept: Kept, place: PlaceForm, form: Any, at: datetime) -> Submission:
    """One case out of the four pages; the draft is emptied in the same transaction."""
    story = kept.answers("story")
    words = story["story"].strip()
    # Whoever has nothing to add on the last page may be as quick as they like.
    last = spam.signs_of_form(form.data.get("website", ""), form.data.get("stamp", ""), at)
    signs = [*story.get("signs", []), *(sign for sign in last if sign != spam.TOO_FAST)]
    signs += spam.signs_of_words(words, at) + spam.signs_of_source(request, at)
    columns = columns_of(
        kind=kept.answers("kind")["kind"],
        story=words,
        is_about_staff=bool(story.get("is_about_staff")),
        place=place,
        privacy=form.cleaned_data["privacy"],
        about=drafting.rows_about(kept.draft.data.get("about", {})),
        heard_from=kept.draft.data.get("heard_from"),
        signs=signs,
    )
    photos = tuple(kept.draft.photos.values_list("pk", flat=True))
    return receive(
        Told(columns, form.contact(), photos), form_key=kept.key, at=at, draft=kept.draft
    ).submission


# Beside the four pages ------------------------------------------------------------------------------------


def resume_page(request: HttpRequest, kept: Kept) -> HttpResponse:
    """Something unfinished is here; what it says is shown only to whoever asks to go on."""
    query = {name: request.GET[name][:100] for name in (KIND, FROM, *drafting.ABOUT) if name in request.GET}
    context = {"draft": kept.draft, "query": query, "hide_official_row": True}
    return render(request, "feedback/tell_resume.html", context)


@require_POST
def tell_discard(request: HttpRequest) -> HttpResponse:
    """Throws the unfinished story away, photos too, and begins anew."""
    if kept := drafting.kept_of(request, timezone.now()):
        kept.draft.photos.all().erase()
        kept.draft.delete()
    query = {
        name: request.POST[name][:100] for name in (KIND, FROM, *drafting.ABOUT) if request.POST.get(name)
    }
    return drafting.forget(go("kind", **query))


@require_safe
def tell_saved(request: HttpRequest) -> HttpResponse:
    """Word that everything is kept, until when, and how to go on."""
    kept = drafting.kept_of(request, timezone.now())
    if kept is None:
        return go("kind")
    context = {"until": kept.draft.touched_at + drafting.KEPT, "hide_official_row": True}
    return render(request, "feedback/tell_saved.html", context)


@require_safe
def tell_photo(request: HttpRequest, pk: int) -> HttpResponse:
    """A photo of the unfinished story, small, for the browser it belongs to."""
    kept = drafting.kept_of(request, timezone.now())
    return for_one_person(request, kept.draft.photos.filter(pk=pk).first() if kept else None)


@require_safe
def tell_receipt(request: HttpRequest) -> HttpResponse:
    """Number and secret, again and again while the browser stays open; afterwards the tracking page."""
    submission = drafting.sent_of(request, timezone.now())
    if submission is None:
        return HttpResponseRedirect(reverse("feedback:track"))
    context = {
        "submission": submission,
        "secret": receipt.secret_from(drafting.key_of(request)),
        "has_contact": hasattr(submission, "contact"),
    }
    return render(request, "feedback/tell_receipt.html", context)


@require_POST
def tell_close(request: HttpRequest) -> HttpResponse:
    """Closes the receipt on this phone, for whoever shares it; a story begun meanwhile stays."""
    home = HttpResponseRedirect(reverse("home"))
    return home if drafting.kept_of(request, timezone.now()) else drafting.forget(home)
