"""The verbs of a case as buttons: those that its status allows, to those who have the right."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from feedback import rights
from feedback.admin import move_forms as asking
from feedback.lifecycle import Status, is_allowed
from feedback.models import Submission
from services.admin.verbs import Verb


def done_words(n: int) -> str:
    return ngettext("%(n)s case: done.", "%(n)s cases: done.", n) % {"n": n}


@dataclass(frozen=True)
class CaseVerb(Verb):
    """A verb of a case; `usual_from` are the statuses in which it is the next step, `is_bulk` does many at once."""

    done: Callable[[int], str] = done_words
    form: type[forms.Form] | None = asking.CaseForm
    usual_from: frozenset[Status] = frozenset()
    is_bulk: bool = False


def leads_to(*statuses: Status) -> Callable[[Submission], bool]:
    return lambda case: any(is_allowed(case.status, one, case.waiting_from) for one in statuses)


def is_in(*statuses: Status) -> Callable[[Submission], bool]:
    return lambda case: case.status in statuses


def is_being_worked_on(case: Submission) -> bool:
    return bool(case.is_open or case.status == Status.WAITING)


VERIFY = CaseVerb(
    name="verify",
    right="verify",
    label=_("Checked"),
    explanation=_("Somebody has read it and knows what it is about. The resident sees: read by staff."),
    do=lambda case, user, answers: case.verify(by=user, **answers),
    suits=is_in(Status.RECEIVED),
    form=asking.VerifyForm,
    usual_from=frozenset({Status.RECEIVED}),
    is_bulk=True,
)
DESCRIBE = CaseVerb(
    name="describe",
    right="verify",
    label=_("Say what it is"),
    explanation=_(
        "Kind, topic and place. Until the case is checked, the promised day follows what you choose."
    ),
    do=lambda case, user, answers: case.correct(by=user, **answers),
    suits=lambda case: case.words_erased_at is None,
    form=asking.DescribeForm,
)
ASSIGN = CaseVerb(
    name="assign",
    right="verify",
    label=_("Pass to a unit"),
    explanation=_("The unit that has to answer finds the case in its queue."),
    do=lambda case, user, answers: case.assign(by=user, **answers),
    suits=leads_to(Status.ASSIGNED),
    form=asking.AssignForm,
    usual_from=frozenset({Status.VERIFIED}),
    is_bulk=True,
)
TAKE = CaseVerb(
    name="take",
    right="answer",
    label=_("I take it"),
    explanation=_("It stands among your own cases from now on; its status stays as it is."),
    do=lambda case, user, answers: case.correct(by=user, handler=user),
    suits=is_being_worked_on,
    is_bulk=True,
)
START = CaseVerb(
    name="start",
    right="answer",
    label=_("Begin work"),
    explanation=_("You handle it from now on. The resident sees: being worked on."),
    do=lambda case, user, answers: case.start(by=user),
    suits=is_in(Status.ASSIGNED, Status.REOPENED),
    usual_from=frozenset({Status.ASSIGNED, Status.REOPENED}),
    is_bulk=True,
)
ANSWER = CaseVerb(
    name="answer",
    right="answer",
    label=_("Answer"),
    explanation=_("The resident is told, and says whether it is settled."),
    do=lambda case, user, answers: case.answer(by=user, **answers),
    suits=leads_to(Status.ANSWERED),
    form=asking.AnswerForm,
    usual_from=frozenset({Status.IN_PROGRESS}),
)
ASK = CaseVerb(
    name="ask",
    right="answer",
    label=_("Ask the resident"),
    explanation=_("For what is missing to go on."),
    do=lambda case, user, answers: case.ask(by=user, **answers),
    suits=leads_to(Status.WAITING),
    form=asking.QuestionForm,
)
WRITE = CaseVerb(
    name="write",
    right="answer",
    label=_("Write to the resident"),
    explanation=_("A word in between, for example when it takes longer. The status stays as it is."),
    do=lambda case, user, answers: case.write(by=user, **answers),
    suits=is_being_worked_on,
    form=asking.WordForm,
)
RESUME = CaseVerb(
    name="resume",
    right="answer",
    label=_("Go on without an answer"),
    explanation=_("The clock runs again from where it stopped."),
    do=lambda case, user, answers: case.take_question_back(by=user),
    suits=is_in(Status.WAITING),
    is_bulk=True,
)
PASS_ON = CaseVerb(
    name="pass_on",
    right="answer",
    label=_("Not ours"),
    explanation=_("Another office is in charge. The resident learns which one, and how to get there."),
    do=lambda case, user, answers: case.pass_on(answers["reason"], by=user),
    suits=leads_to(Status.NOT_OURS),
    form=asking.PassOnForm,
)
DECLINE = CaseVerb(
    name="decline",
    right="answer",
    label=_("Cannot be done"),
    explanation=_("The resident learns why, and what else there is to do."),
    do=lambda case, user, answers: case.decline(answers["reason"], by=user),
    suits=leads_to(Status.CANNOT),
    form=asking.DeclineForm,
)
JOIN = CaseVerb(
    name="join",
    right="verify",
    label=_("Join with another"),
    explanation=_(
        "Both tell of the same. This one ends, the other goes on, and everybody who wrote is told."
    ),
    do=lambda case, user, answers: case.join(by=user, **answers),
    suits=leads_to(Status.DUPLICATE),
    form=asking.OtherCaseForm,
)
SPLIT = CaseVerb(
    name="split",
    right="verify",
    label=_("Split"),
    explanation=_("It tells of two things: the second becomes a case of its own."),
    do=lambda case, user, answers: case.split(answers.pop("story"), by=user, **answers),
    suits=is_being_worked_on,
    form=asking.SplitForm,
)
ARCHIVE = CaseVerb(
    name="archive",
    right="verify",
    label=_("Put away"),
    explanation=_("Nonsense, or nothing an office can act on. Never because somebody is a nuisance."),
    do=lambda case, user, answers: case.archive(answers["reason"], by=user),
    suits=leads_to(Status.ARCHIVED),
    form=asking.ArchiveForm,
    is_bulk=True,
)
REOPEN = CaseVerb(
    name="reopen",
    right="answer",
    label=_("Open again"),
    explanation=_("The answer did not help, or something new is known. It gets a promise of its own."),
    do=lambda case, user, answers: case.reopen(answers["reason"], by=user, at=timezone.now()),
    suits=is_in(Status.ANSWERED, Status.SETTLED, Status.NOT_OURS, Status.CANNOT),
    form=asking.ReasonForm,
)
BRING_BACK = CaseVerb(
    name="bring_back",
    right="verify",
    label=_("Bring back"),
    explanation=_("It was put away or joined by mistake: it goes on where it was checked."),
    do=lambda case, user, answers: case.bring_back(by=user, **answers),
    suits=is_in(Status.ARCHIVED, Status.DUPLICATE),
    form=asking.BackForm,
)
NOTE = CaseVerb(
    name="note",
    right="answer",
    label=_("Internal note"),
    explanation=_("Only staff read it."),
    do=lambda case, user, answers: case.note(by=user, **answers),
    form=asking.NoteForm,
)
RELEASE = CaseVerb(
    name="release",
    right="release",
    label=_("Release"),
    explanation=_("Everybody reads these words, and nothing the resident wrote."),
    do=lambda case, user, answers: case.release(
        title=answers["public_title"], story=answers["public_story"], answer=answers["public_answer"], by=user
    ),
    suits=lambda case: case.may_be_released,
    form=asking.ReleaseForm,
)
TAKE_BACK = CaseVerb(
    name="take_back",
    right="release",
    label=_("No longer public"),
    explanation=_("From now on only staff read it. The words stay here for another time."),
    do=lambda case, user, answers: case.take_back(answers["reason"], by=user),
    suits=lambda case: case.is_released,
    form=asking.TakeBackForm,
)

FORGET = CaseVerb(
    name="forget",
    right="verify",
    label=_("Erase it now"),
    explanation=_("Words, photos and who sent it are gone for good; number, dates and statistics stay."),
    do=lambda case, user, answers: rights.erase(case, by=user, at=timezone.now()),
    suits=lambda case: case.erasure_asked_at is not None and case.words_erased_at is None,
)
KEEP = CaseVerb(
    name="keep",
    right="verify",
    label=_("Keep it for now"),
    explanation=_("The resident reads why it cannot be erased yet, and until when."),
    do=lambda case, user, answers: rights.keep(case, answers["reason"], by=user, at=timezone.now()),
    suits=lambda case: case.erasure_asked_at is not None and case.words_erased_at is None,
    form=asking.ReasonForm,
)

# In the order of a case's life.
CASE_VERBS = (
    *(VERIFY, ASSIGN, START, ANSWER, ASK, RESUME, WRITE, TAKE, DESCRIBE),
    *(PASS_ON, DECLINE, JOIN, SPLIT, ARCHIVE, REOPEN, BRING_BACK, NOTE, RELEASE, TAKE_BACK, FORGET, KEEP),
)
# On the case's page these stand where they belong, not among the buttons.
APART = frozenset({"note", "release", "take_back", "forget", "keep"})
