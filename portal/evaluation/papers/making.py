"""Which paper a report is: its title, its facts, and the parts its kind is made of."""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from outreach.models import Campaign
from portal.evaluation import heard
from portal.evaluation.counting import campaign_document, opinions_and_counts
from portal.evaluation.models import Report
from portal.evaluation.papers import of_document, satisfaction
from portal.evaluation.papers.blocks import Block, part, small, text
from portal.evaluation.papers.setting import Paper
from portal.evaluation.papers.survey_year import SurveyYear
from portal.evaluation.scope import Scope
from portal.evaluation.sections import sections_of
from portal.evaluation.sentences import changed_services
from portal.evaluation.showing import shown
from portal.shared.templatetags.indonesia import clock, long_date, short_date
from services.facets import profile


def paper_of(report: Report, at: datetime) -> Paper:
    """Counts and words everything the report says, as it stands at a moment, in the active language."""
    makers = {
        Report.Kind.MONTH: meeting,
        Report.Kind.CAMPAIGN: campaign,
        Report.Kind.SATISFACTION: yearly_survey,
    }
    return makers[Report.Kind(report.kind)](report, at)


def frame(report: Report, at: datetime) -> tuple[str, str, date]:
    """The portal's name, its colours, and the day."""
    portal = profile()
    name = portal.name if portal else "Balai Warga"
    theme = portal.theme if portal else ""
    return name, theme, timezone.localdate(at)


def period_words(period: str) -> str:
    """ "2026", "October 2026"; nothing for nothing."""
    if len(period) != 7:
        return period
    return date_format(date(int(period[:4]), int(period[5:]), 1), "F Y")


def whose(report: Report, name: str) -> str:
    return str(report.unit) if report.unit else name


def yearly_survey(report: Report, at: datetime) -> Paper:
    name, theme, today = frame(report, at)
    year = SurveyYear(int(report.period[:4]), report.unit)
    of = whose(report, name)
    return Paper(
        title=_("Report on the public satisfaction survey (SKM)"),
        subtitle=_("%(unit)s, year %(year)s") % {"unit": of, "year": year.year},
        portal_name=name,
        theme=theme,
        language=report.language,
        made_on=today,
        facts=(
            (_("Unit"), of),
            (_("Days of the surveys"), satisfaction.days_words(year)),
            (_("Basis"), ", ".join(year.rules)),
            (_("Made on"), long_date(today)),
            (_("Published at"), settings.SITE_URL),
        ),
        parts=tuple(satisfaction.parts_of(year)),
        has_cover=True,
        is_example=year.is_example,
        signed_by=of,
    )


def counted_words(at: datetime) -> str:
    return _("%(date)s, %(time)s") % {"date": long_date(at), "time": clock(at)}


def meeting(report: Report, at: datetime) -> Paper:
    """What the monthly meeting looks at: results, ratings, what comes up again and again, released sentences."""
    name, theme, today = frame(report, at)
    scope = Scope.of_period(report.period, unit=report.unit, at=at)
    document = opinions_and_counts(scope)
    parts: list[Block | None] = [
        *of_document.chapters(sections_of(shown(document), document)),
        of_document.ratings(heard.ratings_of(scope)),
        of_document.problems(heard.repeated(scope)),
        of_document.said(heard.released(scope)),
        notes(),
    ]
    return Paper(
        title=_("Results for the meeting"),
        subtitle=f"{whose(report, name)}, {period_words(report.period)}",
        portal_name=name,
        theme=theme,
        language=report.language,
        made_on=today,
        facts=((_("Period"), period_words(report.period)), (_("Counted"), counted_words(at))),
        parts=tuple(one for one in parts if one),
    )


def campaign(report: Report, at: datetime) -> Paper:
    assert report.campaign is not None
    one: Campaign = report.campaign
    name, theme, today = frame(report, at)
    document = campaign_document(one, at)
    parts: list[Block | None] = [
        part(_("What it was for"), text(one.goal or one.summary)) if one.goal or one.summary else None,
        *of_document.chapters(sections_of(shown(document), document)),
        *of_document.changes(changed_services(document)),
        of_document.said(heard.released(Scope(campaign=one, at=at))),
        notes(),
    ]
    return Paper(
        title=one.title,
        subtitle=_("Results of the campaign"),
        portal_name=name,
        theme=theme,
        language=report.language,
        made_on=today,
        facts=(
            (_("Unit"), str(one.unit)),
            (_("Days"), f"{short_date(one.starts_on)} – {short_date(one.ends_on)}"),
            (_("Counted"), counted_words(at)),
        ),
        parts=tuple(each for each in parts if each),
        is_example=one.is_example,
    )


def notes() -> Block:
    return part(
        _("How we count"),
        small(
            _(
                "A rate names what it is a share of. What nobody noted is not known, which is not zero. “Probably "
                "between” holds in 95 of 100 such samples. Small groups are shown here: this report is for staff, "
                "not for publishing."
            )
        ),
    )
