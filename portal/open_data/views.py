"""Pages and files of open data. Everything is public and the same for everyone; a large file comes from disk."""

from datetime import datetime
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.open_data import dcat, dictionary, linked, openapi
from portal.open_data.cells import as_json, cell
from portal.open_data.dataset import Dataset
from portal.open_data.files import Measured, kept, parts_of, path_of
from portal.open_data.hsds_words import HSDS_LISTS, HSDS_OBJECTS
from portal.open_data.licence import licence
from portal.open_data.shelf import DATASETS, MEDIA_TYPES
from portal.shared.public_pages import public_page
from services.models import Service

Files = list[tuple[str, str, Measured | None]]
# So many characters of each value are shown as an example.
CELL_SHOWN = 60
KIND_WORDS = {
    "text": gettext_lazy("written words"),
    "integer": gettext_lazy("whole number"),
    "decimal": gettext_lazy("number, decimals after a point"),
    "boolean": gettext_lazy("true or false"),
    "date": gettext_lazy("date, year-month-day"),
    "moment": gettext_lazy("date and time with its distance from UTC"),
    "address": gettext_lazy("web address"),
}


def json_file(document: Any, media_type: str = "application/json") -> HttpResponse:
    return HttpResponse(as_json(document), content_type=media_type)


# Pages ------------------------------------------------------------


@require_safe
@public_page()
def data(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    services = Service.objects.published()
    context = {
        "sets": [(one, *counted(one, at)) for one in DATASETS.values()],
        "service_count": services.count(),
        "confirmed_count": services.exclude(checked_on=None).count(),
        "hsds_lists": HSDS_LISTS,
        "hsds_objects": HSDS_OBJECTS,
        "licence": licence(),
        "linked": linked.data_catalogue(),
    }
    return render(request, "open_data/index.html", context)


@require_safe
@public_page()
def data_set(request: HttpRequest, name: str) -> HttpResponse:
    """One data set for people: what it is, its files, what every column means, how its rows look."""
    dataset, at = DATASETS.get(name), timezone.now()
    if dataset is None:
        raise Http404(_("There is no data set with this name."))
    count, files = counted(dataset, at)
    context = {
        "dataset": dataset,
        "count": count,
        "files": files,
        "columns": [(one, KIND_WORDS[one.kind], one.words) for one in dataset.columns],
        "example": example_of(dataset, dataset.part(at, 0, 1)),
        "licence": licence(),
        "linked": linked.dataset(dataset, files),
    }
    return render(request, "open_data/data_set.html", context)


def counted(dataset: Dataset, at: datetime) -> tuple[int, Files]:
    """How many rows there are, and the files; of a large data set both as they were last night."""
    files = dictionary.files_of(dataset, at)
    first = files[0][2]
    return (first.rows if first else dataset.count(at)), files


def example_of(dataset: Dataset, rows: list[dict[str, Any]]) -> dict[str, str]:
    """The first row, long texts cut."""
    if not rows:
        return {}
    shown = {name: cell(rows[0][name]) for name in dataset.names}
    return {
        name: text if len(text) <= CELL_SHOWN else f"{text[:CELL_SHOWN]}…" for name, text in shown.items()
    }


# Files ------------------------------------------------------------


@require_safe
@public_page()
def small_file(request: HttpRequest, name: str, extension: str) -> HttpResponse:
    parts = parts_of(DATASETS[name], extension, timezone.now())
    return named(HttpResponse(b"".join(parts), content_type=MEDIA_TYPES[extension]), name, extension)


def data_file(request: HttpRequest, name: str, extension: str) -> HttpResponseBase:
    """The whole data set: made now while it is small, handed on from disk where it is large."""
    dataset, at = DATASETS[name], timezone.now()
    if request.method not in ("GET", "HEAD") or not dataset.is_large(at):
        return small_file(request, name=name, extension=extension)
    return large_file(request, dataset, extension) or named(
        StreamingHttpResponse(parts_of(dataset, extension, at), content_type=MEDIA_TYPES[extension]),
        name,
        extension,
    )


# Whoever reads gets the same bytes as everybody.
data_file.public_page = small_file.public_page  # type: ignore[attr-defined]


def large_file(request: HttpRequest, dataset: Dataset, extension: str) -> HttpResponseBase | None:
    """The file of last night, and an answer without bytes to whoever has it; None before the first night."""
    about = kept(dataset, extension)
    if about is None:
        return None
    tag = f'"{about.sha256}"'
    if unchanged := get_conditional_response(request, etag=tag):
        return unchanged
    response = FileResponse(path_of(dataset, extension).open("rb"), content_type=MEDIA_TYPES[extension])
    response["ETag"] = tag
    return named(response, dataset.name, extension)


def named(response: Any, name: str, extension: str) -> Any:
    if extension == "csv":
        response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


# For programs ------------------------------------------------------------


@require_safe
@public_page()
def csv_metadata(request: HttpRequest, name: str) -> HttpResponse:
    if name not in DATASETS:
        raise Http404(_("There is no data set with this name."))
    return json_file(dictionary.csv_on_the_web(DATASETS[name]), "application/csvm+json")


@require_safe
@public_page()
def data_package(request: HttpRequest) -> HttpResponse:
    return json_file(dictionary.data_package(timezone.now()))


@require_safe
@public_page()
def data_dcat(request: HttpRequest) -> HttpResponse:
    return json_file(dcat.catalogue(timezone.now()), "application/ld+json")


@require_safe
@public_page()
def data_openapi(request: HttpRequest) -> HttpResponse:
    return json_file(openapi.description())
