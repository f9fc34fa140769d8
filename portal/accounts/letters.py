"""Mails about one's own account: what happened, when, and what to do if it was somebody else."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from portal.shared.templatetags.indonesia import clock, long_date
from portal.shared.work.mail import queue_mail
from services.facets import profile


def new_browser(user: Any, at: datetime) -> None:
    write(
        user,
        at,
        "new-browser",
        lambda: gettext("A new sign-in to your staff account"),
        lambda: gettext("Somebody signed in to your account in a browser we had not seen before."),
    )


def password_changed(user: Any, at: datetime) -> None:
    write(
        user,
        at,
        "password",
        lambda: gettext("The password of your staff account was changed"),
        lambda: gettext("The password of your account was changed."),
    )


def second_factor_set_up(user: Any, at: datetime) -> None:
    write(
        user,
        at,
        "second-factor",
        lambda: gettext("A second factor was set up for your staff account"),
        lambda: gettext(
            "A phone was set up as the second factor of your account, instead of any former one."
        ),
    )


def second_factor_reset(user: Any, at: datetime) -> None:
    write(
        user,
        at,
        "second-factor-reset",
        lambda: gettext("The second factor of your staff account was reset"),
        lambda: gettext(
            "An administrator has reset the second factor of your account and ended all your sessions. "
            "At your next sign-in you set up a new one."
        ),
    )


def address_changed(user: Any, at: datetime, former: str) -> None:
    """To the address that gets no more letters, or whoever changes it could take an account over unseen."""
    write(
        user,
        at,
        "address",
        lambda: gettext("The e-mail address of your staff account was changed"),
        lambda: gettext("Letters about your account now go to another address; this is the last one here."),
        to=former,
    )


def write(
    user: Any, at: datetime, occasion: str, subject: Any, first_sentence: Any, *, to: str | None = None
) -> None:
    """One mail an occasion, in the portal's own language; nothing where the account has no address."""
    to = user.email if to is None else to
    if not to:
        return
    with translation.override(settings.LANGUAGE_CODE):
        portal = profile()
        when = f"{long_date(at)}, {clock(at)}"
        body = "\n\n".join(
            (
                first_sentence(),
                gettext("When: %(when)s") % {"when": when},
                gettext("Was it you? Then there is nothing to do."),
                gettext(
                    "Was it not you? Open “My account”, choose “Sign out everywhere”, then change your password "
                    "and tell an administrator: %(address)s"
                )
                % {"address": settings.SITE_URL + reverse("accounts:account")},
                portal.name if portal else "Balai Warga",
            )
        )
        queue_mail(to=to, subject=subject(), body=body, key=f"{occasion}:{user.pk}:{at.isoformat()}")
