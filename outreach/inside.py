"""Which addresses a short link may lead to: public pages of this portal, and nothing else."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from django.core.exceptions import ValidationError
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext as _

from outreach.channels import FROM, Channel

# Doors of the staff, and short links themselves: one that leads to another could go round for ever.
CLOSED = ("/admin/", "/petugas/", "/l/", "/en/l/")
# Pages from which one comes to the form of an activity.
REGISTERED_FROM = ("/kegiatan/", "/kampanye/")


def check_inside(target: str) -> None:
    """Refuses, with a sentence, whatever is no path of a page residents may open."""
    is_path = target.startswith("/") and not target.startswith("//") and target.isprintable()
    if not is_path or set(target) & set('\\#<>" '):
        raise ValidationError(
            _("A short link leads to a page of this portal: begin with “/”."), code="outside"
        )
    path = urlsplit(target).path
    if path.startswith(("/en/", *CLOSED)) or not leads_somewhere(path):
        raise ValidationError(
            _("There is no public page at this address. Copy it from the page, from the first “/” on."),
            code="nowhere",
        )


def leads_somewhere(path: str) -> bool:
    with translation.override("id"):
        try:
            resolve(path)
        except Resolver404:
            return False
    return True


def with_channel(target: str, channel: str, code: str = "") -> str:
    """The address with the channel it was reached by, which travels on to its forms.

    Where people register the code of the link goes along; other pages stay one page for all links of a channel.
    """
    code = code if target.startswith(REGISTERED_FROM) else ""
    if channel in ("", Channel.OTHER) and not code:
        return target
    path, _mark, query = target.partition("?")
    pairs = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != FROM]
    way = ".".join(filter(None, (channel, code)))
    return f"{path}?{urlencode([*pairs, (FROM, way)])}"
