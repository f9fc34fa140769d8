"""Questions of residents in the hands of a moderator, at a table or on a phone: read, show, answer, leave out."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from outreach.forms.question import AloudForm, AnswerForm, HideForm
from outreach.models import Event, Question
from outreach.models.question import QuestionState, ask
from outreach.officers import officer_page
from outreach.views.questions import number_in
from portal.shared.leaks import mark_of

READ, MODERATE = "outreach.view_question", "outreach.moderate_question"
# The word in the address of each pile.
PILES = {
    "baru": QuestionState.NEW,
    "dipilih": QuestionState.SHORTLISTED,
    "dijawab": QuestionState.ANSWERED,
    "disimpan": QuestionState.HIDDEN,
}
MOST_SHOWN, MOST_ON_SCREEN = 100, 12
form_page = require_http_methods(["GET", "HEAD", "POST"])


def event_of(request: HttpRequest, pk: int) -> Event:
    return get_object_or_404(Event.objects.visible_to(request.user).public(), pk=pk)


def question_of(request: HttpRequest, pk: int, question: int) -> Question:
    return get_object_or_404(Question.objects.filter(event=event_of(request, pk)), pk=question)


def may_moderate(request: HttpRequest) -> bool:
    return bool(request.user.has_perm(MODERATE))


def pile_address(event: Event, word: str = "baru") -> str:
    return f"{reverse('outreach:event_questions', args=[event.pk])}?tumpuk={word}"


@form_page
@officer_page(READ, MODERATE)
def officer_questions(request: HttpRequest, pk: int) -> HttpResponse:
    """One pile at a time; a button shows a question as it was asked, another says it was answered just now."""
    event = event_of(request, pk)
    word = request.GET.get("tumpuk", "baru")
    word = word if word in PILES else "baru"
    if request.method == "POST":
        if not may_moderate(request):
            raise PermissionDenied
        question = get_object_or_404(event.questions, pk=number_in(request.POST.get("pertanyaan", "")))
        move(request, question, request.POST.get("langkah", ""))
        return HttpResponseRedirect(pile_address(event, word))
    counted = dict(event.questions.order_by().values_list("state").annotate(n=Count("pk")))
    rows = event.questions.filter(state=PILES[word])
    context = {
        "event": event,
        "pile": word,
        "piles": [(one, state.label, counted.get(state, 0)) for one, state in PILES.items()],
        "questions": list((rows.order_by("asked_at", "pk") if word == "baru" else by_use(rows))[:MOST_SHOWN]),
        "may_moderate": may_moderate(request),
    }
    return render(request, "outreach/officer_questions.html", context)


def by_use(rows: Any) -> Any:
    return rows.order_by("-likes", "asked_at", "pk")


def move(request: HttpRequest, question: Question, step: str) -> None:
    """The two steps that need no words."""
    at = timezone.now()
    if not question.is_shown and question.leaks:
        messages.error(request, _("These words may tell who somebody is. Reword them before they are shown."))
        return
    try:
        if step == "tampilkan":
            question.shortlist(question.shown or question.text, by=request.user, at=at)
            messages.success(request, _("Everybody can read it now."))
        elif step == "langsung":
            question.reply("", live=True, shown=question.shown or question.text, by=request.user, at=at)
            messages.success(
                request, _("Noted as answered at the activity. Write the answer when there is time.")
            )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))


@form_page
@officer_page(READ, MODERATE)
def officer_question(request: HttpRequest, pk: int, question: int) -> HttpResponse:
    """One question: the words everybody reads and its answer, or why it is not shown."""
    row, at = question_of(request, pk, question), timezone.now()
    may = may_moderate(request)
    if request.method == "POST" and not may:
        raise PermissionDenied
    is_hiding = "reason" in request.POST
    answering = AnswerForm(
        request.POST if request.method == "POST" and not is_hiding else None, initial=as_it_is(row)
    )
    hiding = HideForm(request.POST if is_hiding else None, initial={"reason": row.reason})
    if is_hiding and hiding.is_valid():
        row.hide(hiding.cleaned_data["reason"], by=request.user, at=at)
        messages.success(request, _("Nobody but staff reads it from now on."))
        return HttpResponseRedirect(pile_address(row.event))
    if answering.is_bound and answering.is_valid():
        said = answering.cleaned_data
        if said["answer"].strip() or said["live"]:
            row.reply(
                said["answer"],
                shown=said["shown"],
                who=said["who"],
                live=said["live"],
                by=request.user,
                at=at,
            )
            messages.success(request, _("The answer is public now."))
            return HttpResponseRedirect(pile_address(row.event, "dijawab"))
        row.shortlist(said["shown"], by=request.user, at=at)
        messages.success(request, _("Everybody can read it now."))
        return HttpResponseRedirect(pile_address(row.event, "dipilih"))
    context = {
        "event": row.event,
        "question": row,
        "form": answering if may else None,
        "hiding": hiding if may and row.state != QuestionState.HIDDEN else None,
    }
    return render(request, "outreach/officer_question.html", context)


def as_it_is(row: Question) -> dict[str, Any]:
    return {
        "shown": row.shown or row.text,
        "answer": row.answer,
        "who": row.answered_by,
        "live": row.was_answered_live,
        # The page shows what it found in these words, so that a tick counts at once.
        "looked_at": "" if row.is_shown else mark_of(row.leaks),
    }


@form_page
@officer_page(MODERATE)
def officer_question_aloud(request: HttpRequest, pk: int) -> HttpResponse:
    """Writes down what somebody asked aloud or on a slip of paper; it waits like any other."""
    event = event_of(request, pk)
    form = AloudForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            ask(
                event,
                said["text"],
                form_key=said["form_key"],
                way=said["way"],
                at=timezone.now(),
                by=request.user,
            )
        except ValidationError as refusal:
            form.add_error("text", refusal)
        else:
            messages.success(request, _("Written down. It waits under “not read yet”."))
            return HttpResponseRedirect(pile_address(event))
    return render(request, "outreach/officer_question_aloud.html", {"event": event, "form": form})


@require_safe
@officer_page(READ, MODERATE)
def officer_questions_screen(request: HttpRequest, pk: int) -> HttpResponse:
    """What is to be answered, in large type for whoever speaks; the page asks again by itself every half minute."""
    event = event_of(request, pk)
    rows = by_use(event.questions.filter(state=QuestionState.SHORTLISTED))[:MOST_ON_SCREEN]
    response = render(request, "outreach/officer_questions_screen.html", {"event": event, "questions": rows})
    response["Refresh"] = "30"
    return response
