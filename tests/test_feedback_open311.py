"""GeoReport v2: other programs read released cases and send new ones, in JSON and in XML."""

import json
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from feedback.lifecycle import ENDED, Status
from feedback.models import Submission
from feedback.models.api_key import ApiKey
from feedback.open311.mapping import status_of
from portal.shared import receipt
from portal.shared.history import changes_of
from tests.builders import make_category, make_organization, make_submission, make_user
from tests.desk import make_officer, signed_in

pytestmark = pytest.mark.django_db
SENT = {"service_code": "lainnya", "description": "Lampu mati.", "address_string": "Gang Contoh, RW 05"}


@pytest.fixture
def key() -> str:
    return ApiKey(name="Aplikasi contoh").issue(by="tests", at=timezone.now())


def send(key: str, client: Client | None = None, extension: str = "json", idem: str = "", **sent: Any) -> Any:
    headers = {"Idempotency-Key": idem} if idem else {}
    data = {name: value for name, value in ({"api_key": key} | SENT | sent).items() if value != ""}
    return (client or Client()).post(f"/open311/v2/requests.{extension}", data, headers=headers)


def ask(address: str, **filters: str) -> Any:
    return Client().get(f"/open311/v2/{address}", filters)


def released(**changes: Any) -> Submission:
    given = {"public_title": "Lampu mati", "public_story": "Di gang.", "public_answer": "Sudah diganti."}
    at = changes.pop("at", timezone.now())
    return make_submission(at=at, released_at=at, **given | changes)


# Reading --------------------------------------------------------------------------------------------------


def test_every_topic_is_a_service_and_so_is_what_fits_none() -> None:
    sector = make_category("Infrastruktur", slug="infrastruktur")
    make_category("Jalan & trotoar", parent=sector, slug="jalan", examples="lubang, lampu")
    rows = ask("services.json").json()
    assert [row["service_code"] for row in rows] == ["jalan", "lainnya"]
    assert rows[0] | {"description": "lubang, lampu", "group": "Infrastruktur", "type": "realtime"} == rows[0]
    tree = ElementTree.fromstring(ask("services.xml").content)
    assert tree.tag == "services"
    assert next(one.findtext("service_name") for one in tree.findall("service")) == "Jalan & trotoar"
    assert tree.findtext("service/metadata") == "true"


def test_a_service_says_what_else_can_be_sent() -> None:
    assert ask("services/lainnya.json").json()["attributes"][0]["code"] == "kind"
    tree = ElementTree.fromstring(ask("services/lainnya.xml").content)
    assert tree.tag == "service_definition"
    assert "complaint" in [one.findtext("key") for one in tree.findall("attributes/attribute/values/value")]


def test_only_released_cases_are_listed_and_nothing_tells_where_or_who() -> None:
    make_submission(at=timezone.now())
    case = released(
        rw="05", place_words="Rumah Bu Contoh", latitude="-6.3", longitude="106.8", contact={"name": "Contoh"}
    )
    [row] = ask("requests.json").json()
    assert row["service_request_id"] == case.number
    assert row["description"] == "Lampu mati\nDi gang."
    assert row["status_notes"] == "Sudah diganti."
    assert (row["lat"], row["long"], row["address"]) == (None, None, "RW 05")
    assert "Contoh" not in json.dumps(row)
    assert case.story not in json.dumps(row)
    [one] = ElementTree.fromstring(ask("requests.xml").content).findall("request")
    assert one.findtext("service_request_id") == case.number


def test_by_its_number_a_case_shows_its_status_and_no_word_until_released() -> None:
    case = make_submission(status="in_progress")
    [row] = ask(f"requests/{case.number.lower()}.json").json()
    assert (row["status"], row["description"]) == ("open", None)
    assert case.story not in str(row)
    assert ask("requests/2611-000000-0.xml").status_code == 404


@pytest.mark.parametrize("status", Status)
def test_twelve_statuses_are_two(status: str) -> None:
    assert status_of(Submission(status=status)) == ("closed" if status in ENDED else "open")


def test_the_filters_of_the_standard(now: datetime) -> None:
    jalan = make_category("Jalan", parent=make_category("Infrastruktur"), slug="jalan")
    unit = make_organization()
    done = released(at=now, status="answered", category=jalan, unit=unit)
    fresh = released(at=now + timedelta(days=2))
    old = released(at=now - timedelta(days=80))
    start = (now - timedelta(days=1)).isoformat()

    def found(**filters: str) -> set[str]:
        return {row["service_request_id"] for row in ask("requests.json", **filters).json()}

    assert found(start_date=start) == {done.number, fresh.number}
    assert found(end_date=now.isoformat()) == {done.number, old.number}
    assert found(start_date=start, end_date=now.isoformat()) == {done.number}
    assert found(start_date=start, status="closed") == {done.number}
    assert found(start_date=start, status="open") == {fresh.number}
    assert found(start_date=start, status="open,closed") == {done.number, fresh.number}
    assert found(start_date=start, service_code="jalan") == {done.number}
    assert found(start_date=start, service_code="jalan,lainnya") == {done.number, fresh.number}
    assert found(service_request_id=f"{old.number},{fresh.number}") == {old.number, fresh.number}
    assert found(service_request_id="tidak-ada") == set()


@pytest.mark.parametrize(
    "filters",
    [
        {"start_date": "kemarin"},
        {"start_date": "2026-13-01T00:00:00Z"},
        {"start_date": "0001-01-01T00:00:00+23:00"},
        {"end_date": "9999-12-31T23:59:59-23:00"},
        {"start_date": "2026-01-01", "end_date": "2026-06-01"},
        {"start_date": "2026-02-01", "end_date": "2026-01-01"},
        {"status": "done"},
        {"service_request_id": ",".join(["2611-000000-0"] * 101)},
    ],
)
def test_a_filter_nobody_understands_is_refused_in_the_standards_form(filters: dict[str, str]) -> None:
    answer = ask("requests.json", **filters)
    assert answer.status_code == 400
    assert answer.json()[0]["code"] == 400
    xml = ElementTree.fromstring(ask("requests.xml", **filters).content)
    assert xml.tag == "errors"
    assert xml.findtext("error/code") == "400"


def test_a_thousand_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedback.open311.views.MOST_ROWS", 2)
    cases = [released(at=timezone.now() - timedelta(hours=hour)) for hour in range(3)]
    rows = ask("requests.json").json()
    assert [row["service_request_id"] for row in rows] == [cases[0].number, cases[1].number]


def test_the_list_asks_the_same_number_of_questions_however_long(django_assert_max_num_queries: Any) -> None:
    for _ in range(4):
        released(
            category=make_category("Topik", parent=make_category("Bidang")), unit=make_organization("Satuan")
        )
    with django_assert_max_num_queries(3):
        assert len(ask("requests.json").json()) == 4


def test_reading_is_for_everybodys_pages_and_discovery_says_where() -> None:
    assert ask("services.json")["Access-Control-Allow-Origin"] == "*"
    [endpoint] = Client().get("/open311/discovery.json").json()["endpoints"]
    assert endpoint["url"].endswith("/open311/v2")


# Writing --------------------------------------------------------------------------------------------------


def test_a_program_with_a_key_sends_a_case_and_hands_its_receipt_on(key: str) -> None:
    jalan = make_category("Jalan", parent=make_category("Infrastruktur"), slug="jalan")
    answer = send(
        key,
        service_code="jalan",
        lat="-6.3031234",
        long="106.85",
        first_name="Contoh",
        email="contoh@example.org",
        **{"attribute[kind]": "defect_report"},
    )
    assert answer.status_code == 201
    [row] = answer.json()
    case = Submission.objects.get(number=row["service_request_id"])
    assert (case.kind, case.channel, case.category, case.story) == (
        "defect_report",
        "open311",
        jalan,
        "Lampu mati.",
    )
    assert (str(case.latitude), case.contact.email) == ("-6.303123", "contoh@example.org")
    words = row["service_notice"].split()
    assert any(
        receipt.is_same(receipt.secret_hash(word.strip(":;.,")), case.secret_hash) for word in words
    ), "the notice holds the secret"
    assert answer["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer
    [again] = ask(f"tokens/{row['token']}.json").json()
    assert again == {"service_request_id": case.number, "token": row["token"]}


def test_the_same_sending_twice_is_one_case(key: str) -> None:
    first, second = (send(key, idem="kiriman-1") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Submission.objects.count() == 1
    send(key)
    assert Submission.objects.count() == 2
    other = ApiKey(name="Aplikasi lain").issue(by="tests", at=timezone.now())
    assert send(other, idem="kiriman-1").json() != first.json(), "another writer's word is its own"


def test_a_key_that_is_unknown_revoked_or_replaced_opens_nothing(key: str) -> None:
    writer = ApiKey.objects.get()
    assert key not in str(vars(writer)), "only a hash is kept"
    for wrong in ("", "salah", writer.key_hash):
        answer = send(wrong)
        assert (answer.status_code, answer.json()[0]["code"]) == (403, 403)
    newer = writer.issue(by=make_user(), at=timezone.now())
    assert send(key).status_code == 403
    assert send(newer).status_code == 201
    writer.revoke(by=make_user(), at=timezone.now())
    assert send(newer).status_code == 403
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "status", "speaks_of"),
    [
        ({"service_code": ""}, 400, "service_code"),
        ({"service_code": "bukan-topik"}, 404, "service_code"),
        ({"description": ""}, 400, "description"),
        ({"description": "a" * 4001}, 400, "description"),
        ({"address_string": ""}, 400, "address_string"),
        ({"lat": "-6.3", "address_string": ""}, 400, "long"),
        ({"lat": "91", "long": "106"}, 400, "lat"),
        ({"lat": "NaN", "long": "106"}, 400, "lat"),
        ({"lat": "1e400", "long": "106"}, 400, "lat"),
        ({"email": "bukan surel"}, 400, "email"),
        ({"attribute[kind]": "gossip"}, 400, "kind"),
        ({"media_url": "javascript:alert(1)"}, 400, "media_url"),
    ],
)
def test_what_is_wrong_is_said_with_its_parameter(
    key: str, sent: dict[str, str], status: int, speaks_of: str
) -> None:
    for extension in ("json", "xml"):
        answer = send(key, extension=extension, **sent)
        assert answer.status_code == status
        assert speaks_of in answer.content.decode()
    assert not Submission.objects.exists()


def test_the_longest_description_is_taken_and_no_letter_breaks_the_xml(key: str) -> None:
    [row] = send(key, description="a" * 4000).json()
    case = Submission.objects.get(number=row["service_request_id"])
    Submission.objects.filter(pk=case.pk).update(
        public_title="]]> & <b>\x0b\ufffe", public_story="😀", released_at=timezone.now()
    )
    tree = ElementTree.fromstring(ask("requests.xml").content)
    assert tree.findtext("request/description") == "]]> & <b>\n😀"


# Keys at the desk -----------------------------------------------------------------------------------------


def test_an_administrator_makes_a_key_that_is_shown_once_and_takes_it_back() -> None:
    browser = signed_in(make_officer("administrator"))
    page = browser.post("/admin/feedback/apikey/add/", {"name": "JAKI contoh", "_save": "1"})
    first = page.context["key"]
    assert first in page.content.decode()
    assert send(first).status_code == 201
    writer = ApiKey.objects.get()
    change = f"/admin/feedback/apikey/{writer.pk}/change/"
    assert first not in browser.get(change).content.decode()
    renew = f"/admin/feedback/apikey/{writer.pk}/new-key/"
    assert browser.get(renew).context["key"] == "", "asking makes nothing"
    second = browser.post(renew).context["key"]
    assert (send(first).status_code, send(second).status_code) == (403, 201)
    browser.post(f"/admin/feedback/apikey/{writer.pk}/verb/revoke/")
    assert send(second).status_code == 403
    verbs = list(changes_of(writer).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["issue", "issue", "revoke"]
    assert first not in str(list(changes_of(writer).values()))


def test_a_key_with_a_name_that_is_taken_is_refused_in_words() -> None:
    ApiKey(name="JAKI contoh").issue(by="tests", at=timezone.now())
    browser = signed_in(make_officer("administrator"))
    page = browser.post("/admin/feedback/apikey/add/", {"name": "JAKI contoh", "_save": "1"})
    assert page.context["adminform"].form.has_error("name")
    assert ApiKey.objects.count() == 1
