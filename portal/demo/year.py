"""A year of example life before today: messages and answers, activities, visits, flyers, posts, surveys.

Everything goes through the verbs residents and staff use, at the moments at which it would have happened.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from portal.demo.activities import Activities
from portal.demo.fieldwork import Fieldwork
from portal.demo.making import Maker
from portal.demo.messages import Messages
from portal.demo.notices import put_up
from portal.demo.plans import Plan
from portal.demo.surveys import Surveys
from portal.finding.seeking import DAYS, note

# What residents ask every office for, though others do it.
SOUGHT = ("paspor", "tilang", "prakerja")


def make_year(maker: Maker, plan: Plan, say: Callable[[str], Any], months: int = 12) -> None:
    """Makes so many months before today, the oldest first, and says how far it is."""
    messages = Messages(maker, plan)
    activities = Activities(maker, plan, messages.chance)
    fieldwork = Fieldwork(maker, plan, messages.chance)
    Surveys(maker, plan, messages.chance).make(months, [one.service for one in messages.stories])
    campaign = None
    if months > 6:
        campaign = activities.campaign()
        fieldwork.round(activities.turned - timedelta(days=14), campaign)
        fieldwork.flyers(activities.turned - timedelta(days=20), campaign)
    for back in range(months, 0, -1):
        first = month_before(maker.today, back)
        cases = messages.month(first)
        events = [one for number in range(1 + back % 2) if (one := activities.activity(first, number))]
        if back % 3 == 0:
            fieldwork.round(first, None)
            fieldwork.flyers(first, None)
        if events:
            fieldwork.post(events[0])
        say(f"  {first:%Y-%m}: {cases} messages, {len(events)} activities")
    messages.improvements()
    put_up(maker, plan)
    look_in_vain(maker)


def look_in_vain(maker: Maker) -> None:
    """Last month some looked for what this office does not do, on as many days as make a word readable."""
    first = month_before(maker.today.replace(day=1), 1)
    for day in range(DAYS):
        for word in SOUGHT:
            note(word, maker.moment(first + timedelta(days=3 + 7 * day), "10:00"))


def month_before(today: date, months: int) -> date:
    """The same day so many months ago, or the last that month has less one."""
    number = today.year * 12 + today.month - 1 - months
    return date(number // 12, number % 12 + 1, min(today.day, 28))
