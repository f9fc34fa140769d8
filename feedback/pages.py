"""Pages of the catalogue somebody may correct: from the address of one to the row it shows and who keeps it."""

from dataclasses import dataclass
from typing import Any

from django.urls import Resolver404, resolve
from django.utils import translation

from services.facets import profile
from services.models import Area, Location, Organization, PublicWork, Service

LONGEST_PATH = 300
ENGLISH = "/en/"


@dataclass(frozen=True)
class NamedPage:
    """A page as a correction of it knows it; `about` are columns of `Submission`."""

    path: str
    name: str
    unit: Organization | None
    about: dict[str, Any]


def page_named(path: str) -> NamedPage | None:
    """The page at a path of this portal in either language; None for any that shows no row of the catalogue."""
    plain = "/" + path.removeprefix(ENGLISH) if path.startswith(ENGLISH) else path
    if len(plain) > LONGEST_PATH or not plain.startswith("/"):
        return None
    try:
        # Indonesian addresses have no prefix, whichever language is being read.
        with translation.override("id"):
            match = resolve(plain)
    except Resolver404:
        return None
    slug = match.kwargs.get("slug", "")
    found = FINDERS[match.view_name](slug) if match.view_name in FINDERS else None
    if found is None:
        return None
    name, unit, about = found
    return NamedPage(plain, name, unit, about)


Found = tuple[str, Organization | None, dict[str, Any]] | None


def service(slug: str) -> Found:
    one = Service.objects.published().select_related("organization").filter(slug=slug).first()
    return (one.title, one.organization, {"service": one}) if one else None


def place(slug: str) -> Found:
    one = Location.objects.select_related("organization").filter(slug=slug).first()
    return (one.name, one.organization or own_unit(), {"location": one}) if one else None


def organization(slug: str) -> Found:
    one = Organization.objects.filter(slug=slug).first()
    return (one.name, one, {}) if one else None


def area(slug: str) -> Found:
    one = Area.objects.select_related("parent").filter(slug=slug).first()
    return (one.long_name, own_unit(), {"area": one}) if one else None


def public_work(slug: str) -> Found:
    one = PublicWork.objects.select_related("organization").filter(slug=slug).first()
    return (one.name, one.organization or own_unit(), {"public_work": one}) if one else None


def own_unit() -> Organization | None:
    """Who runs this portal keeps what belongs to nobody else."""
    portal = profile()
    return portal.organization if portal else None


FINDERS = {
    "services:detail": service,
    "services:place": place,
    "services:organization": organization,
    "services:area": area,
    "services:public_work": public_work,
}
