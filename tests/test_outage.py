"""When the machine is in trouble and not the program: 503, an honest page, and nothing to repair afterwards."""

import errno
import sqlite3

import psycopg2
import pytest
from django.db import DataError, InterfaceError, InternalError, OperationalError, connections
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from portal import views
from portal.shared.outage import is_outage

raised: list[BaseException] = []


def trouble(request: HttpRequest) -> HttpResponse:
    raise raised[-1]


urlpatterns = [path("trouble/", trouble)]
handler500 = views.server_error


def caused_by(problem: BaseException, cause: BaseException) -> BaseException:
    problem.__cause__ = cause
    return problem


def sqlite_error(code: int) -> BaseException:
    cause = sqlite3.OperationalError("from SQLite")
    cause.sqlite_errorcode = code
    return caused_by(OperationalError("from SQLite"), cause)


class ReadOnly(psycopg2.InternalError):
    pgcode = "25006"  # type: ignore[assignment]


OUTAGES = [
    OperationalError("connection refused"),
    InterfaceError("connection already closed"),
    sqlite_error(sqlite3.SQLITE_BUSY),
    sqlite_error(sqlite3.SQLITE_FULL),
    sqlite_error(sqlite3.SQLITE_IOERR),
    caused_by(InternalError("read-only transaction"), ReadOnly()),
    OSError(errno.ENOSPC, "No space left on device"),
    caused_by(RuntimeError("while writing"), OSError(errno.EDQUOT, "Quota exceeded")),
]
FAULTS = [
    sqlite_error(sqlite3.SQLITE_ERROR),
    InternalError("something else"),
    DataError("out of range"),
    OSError(errno.ENOENT, "No such file"),
    KeyError("x"),
]


@pytest.mark.parametrize("problem", OUTAGES, ids=repr)
def test_trouble_of_the_machine_is_no_fault_of_the_program(problem: BaseException) -> None:
    assert is_outage(problem)


@pytest.mark.parametrize("problem", [*FAULTS, None], ids=repr)
def test_a_fault_of_the_program_is_no_outage(problem: BaseException | None) -> None:
    assert not is_outage(problem)


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("problem", "status"), [(OUTAGES[0], 503), (FAULTS[-1], 500)], ids=["outage", "fault"]
)
def test_the_answer_says_whose_fault_it_is(problem: BaseException, status: int) -> None:
    raised.append(problem)
    answer = Client(raise_request_exception=False).post("/trouble/")
    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("Retry-After" in answer.headers) == (status == 503)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("address", "status"), [("/", 200), ("/en/layanan/", 200), ("/admin/", 302)])
def test_a_page_without_its_database_is_unavailable_and_comes_back_by_itself(
    address: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "a" * 32

    def refuse() -> None:
        raise OperationalError("connection refused")

    with monkeypatch.context() as patch:
        connections["default"].close()
        patch.setattr(connections["default"], "connect", refuse)
        answer = client.get(address)
    assert answer.status_code == 503
    assert "Maaf" in answer.text
    assert answer.headers["Retry-After"]
    assert client.get(address).status_code == status
