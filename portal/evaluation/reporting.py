"""Reports as PDF, made by the worker: asked for once, counted, set, kept; an attempt goes on where the last one ended.

Each attempt has the name of its file as its own mark: whoever was overtaken by another attempt writes nothing more.
"""

import logging
import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from outreach.models import Campaign
from portal.evaluation.models import Report
from portal.evaluation.papers.making import paper_of
from portal.evaluation.papers.quoting import quoted_in, taken_back, without
from portal.evaluation.papers.setting import pdf_of
from portal.shared import durable
from portal.shared.outage import is_outage
from services.models import Organization

logger = logging.getLogger(__name__)

FOLDER: Final = "reports"
KEPT: Final = timedelta(days=400)
# What is done, in this order, and how much is done when it begins.
STEPS: Final[dict[str, tuple[int, Promise]]] = {
    "counting": (10, _("Counting")),
    "setting": (60, _("Setting the pages")),
    "keeping": (90, _("Keeping the file")),
}
STORAGE, OTHER = "storage", "other"
TROUBLES: Final[dict[str, Promise]] = {
    STORAGE: _(
        "The storage for files did not take it. Try again in a moment; if it stays so, tell the administrator."
    ),
    OTHER: _("Something went wrong while it was made. Try again; if it stays so, tell the administrator."),
}


class Overtaken(Exception):
    """Another attempt has begun meanwhile; this one ends without a trace."""


def ask(
    kind: str,
    *,
    period: str = "",
    unit: Organization | None = None,
    campaign: Campaign | None = None,
    language: str = "id",
    by: Any,
    at: datetime,
) -> Report:
    """Queues a report; whoever asks for one that is being made already is given that one."""
    if (kind == Report.Kind.CAMPAIGN) != (campaign is not None):
        raise ValidationError(_("Choose the campaign this report is about."), code="campaign")
    wanted = {"kind": kind, "period": period, "unit": unit, "campaign": campaign, "language": language}
    try:
        with transaction.atomic():
            report = Report(**wanted, asked_by=by, asked_at=at, moved_at=at)
            report.save()
            make.enqueue(report.pk)
    except IntegrityError:
        known: Report | None = Report.objects.unfinished().filter(**wanted).first()
        if known is None:
            raise
        return known
    return report


def ask_again(report: Report, *, at: datetime) -> bool:
    """Queues a report once more that could not be made, or was left by its worker; False when neither is so."""
    with transaction.atomic():
        rows = Report.objects.filter(pk=report.pk, state=report.state, moved_at=report.moved_at)
        if not (report.state == Report.State.FAILED or report.is_stuck(at)):
            return False
        same = {"kind": report.kind, "period": report.period, "language": report.language}
        others = Report.objects.unfinished().filter(**same, unit=report.unit, campaign=report.campaign)
        if others.exclude(pk=report.pk).exists():
            raise ValidationError(_("The same report is being made already."), code="twice")
        changed = {"state": Report.State.WAITING, "step": "", "trouble": "", "progress": 0, "moved_at": at}
        if not rows.update(**changed):
            return False
        make.enqueue(report.pk)
    report.refresh_from_db()
    return True


@task()
def make(pk: int) -> None:
    """Queued once for each report that was asked for, and once for each time it is tried again."""
    make_report(pk, timezone.now())


def make_report(pk: int, at: datetime) -> None:
    """Makes a report that is not there yet; done again, it does nothing."""
    report: Report | None = Report.objects.filter(pk=pk).exclude(state=Report.State.DONE).first()
    if report is None:
        return
    file = begin(report, at)
    try:
        with translation.override(report.language):
            content = report.content
            if content is None:
                step(report, file, "counting")
                content = paper_of(report, at).data
                step(report, file, "setting", content=content)
            else:
                step(report, file, "setting")
            pages = pdf_of(content)
        step(report, file, "keeping")
        durable.store(file, pages)
        # Kept where residents are quoted: a sentence may be taken back, and the numbers stay those of the day.
        finish(report, file, len(pages), content if quoted_in(content) else None)
    except Overtaken:
        durable.destroy(file)
    except Exception as problem:
        durable.destroy(file)
        # A database that was away is back soon; the worker takes the task up again by itself.
        if not is_outage(problem):
            fail(report, file, STORAGE if isinstance(problem, durable.StorageTrouble) else OTHER)
        raise


def withdraw_quotes(report: Report, at: datetime) -> bool:
    """Has a finished report set anew that quotes what was taken back since; False when all of it stands."""
    content = report.content
    if report.state != Report.State.DONE or content is None or not (gone := taken_back(content)):
        return False
    anew = {"state": Report.State.WAITING, "progress": 0, "moved_at": at, "content": without(content, gone)}
    done = Report.objects.filter(pk=report.pk, state=Report.State.DONE)
    try:
        with transaction.atomic():
            if done.update(**anew):
                make.enqueue(report.pk)
    except IntegrityError:
        # The same is being made just now; this one can be made again after it.
        anew |= {"state": Report.State.FAILED, "trouble": OTHER, "file": ""}
        done.update(**anew)
        durable.destroy(report.file)
    return True


def withdraw_all_quotes(at: datetime) -> int:
    """How many finished reports had to be set anew."""
    quoting = Report.objects.filter(state=Report.State.DONE, content__isnull=False)
    keys = list(quoting.order_by("pk").values_list("pk", flat=True))
    return sum(withdraw_quotes(Report.objects.get(pk=pk), at) for pk in keys)


def begin(report: Report, at: datetime) -> str:
    """Marks the row with the name of a new file; what an attempt before may have left is removed."""
    left, file = report.file, f"{FOLDER}/{secrets.token_hex(16)}.pdf"
    rows = Report.objects.filter(pk=report.pk).exclude(state=Report.State.DONE)
    rows.update(state=Report.State.RUNNING, file=file, trouble="", moved_at=at)
    if left:
        durable.destroy(left)
    return file


def step(report: Report, file: str, name: str, **more: Any) -> None:
    write(report, file, step=name, progress=STEPS[name][0], **more)


def finish(report: Report, file: str, size: int, content: dict[str, Any] | None) -> None:
    done = {"state": Report.State.DONE, "progress": 100, "step": "", "content": content}
    write(report, file, **done, size=size, finished_at=timezone.now())


def fail(report: Report, file: str, trouble: str) -> None:
    rows = Report.objects.filter(pk=report.pk, file=file, state=Report.State.RUNNING)
    rows.update(state=Report.State.FAILED, trouble=trouble, file="", moved_at=timezone.now())


def write(report: Report, file: str, **changes: Any) -> None:
    mine = Report.objects.filter(pk=report.pk, file=file, state=Report.State.RUNNING)
    if not mine.update(**changes, **({} if "finished_at" in changes else {"moved_at": timezone.now()})):
        raise Overtaken


def forget_old(at: datetime) -> int:
    """Removes reports that were asked for more than a year ago, with their files; they can be made anew."""
    old = list(Report.objects.filter(asked_at__lt=at - KEPT).values_list("pk", "file"))
    Report.objects.filter(pk__in=[pk for pk, _file in old]).delete()
    durable.destroy(*(file for _pk, file in old if file))
    return len(old)
