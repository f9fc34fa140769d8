"""News of an example year: closed counters, changed hours, one emergency that is long over."""

from datetime import timedelta

from portal.demo.making import WHO, Maker
from portal.demo.plans import Plan
from services.models import News, Service


def put_up(maker: Maker, plan: Plan) -> None:
    """Publishes them on their days; what has no end is shown until it is withdrawn."""
    for notice in plan.notices:
        service = maker.one(Service, notice.service)
        begins = maker.moment(maker.today + timedelta(days=notice.days), "07:30")
        news = News(
            kind=notice.kind,
            title=notice.title,
            slug=notice.slug,
            text=notice.text,
            shown_from=begins,
            shown_until=begins + timedelta(days=notice.lasts) if notice.lasts else None,
            unit=plan.office,
            service=service,
            category=service.category if service else None,
            is_example=True,
        )
        maker.keep(news, begins)
        news.publish(by=WHO, at=begins)
