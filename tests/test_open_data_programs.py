"""Open data for programs: checksums, dictionary, DCAT, pages with ETags, and a description of every JSON address."""

import csv
import hashlib
import io
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from portal.open_data import dataset as data_sets
from portal.open_data import openapi
from portal.open_data.dictionary import row_schema
from portal.open_data.files import folder, keep_large, kept
from portal.open_data.shelf import DATASETS, EXTENSIONS
from portal.shared import content_version
from tests import hsds_schema
from tests.builders import make_location, make_portal, make_service
from tests.doors import Door, connections_kept_open
from tests.test_public_urls import known_addresses, world

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]

__all__ = ["world"]

SITE = "http://127.0.0.1:8000"
# Ends of addresses behind which something else is drawn or set, at a cost.
# A web app manifest is JSON for browsers; the W3C describes it.
NOT_JSON = (".pdf", ".jpg", ".png", ".svg", ".webp", ".avif", ".ics", ".xml", ".csv", ".zip", ".webmanifest")
ALGORITHM = "spdx:checksumAlgorithm_sha256"


@pytest.fixture
def few() -> None:
    make_portal("Kelurahan Contoh", email="halo@contoh.example")
    for number in range(3):
        make_service(f"Layanan {number}", fee_amount=number)
    make_location()


def bytes_of(client: Client, name: str, extension: str) -> bytes:
    answer = client.get(f"/data/{name}.{extension}")
    return b"".join(answer) if answer.streaming else bytes(answer.content)


# Checksums and dictionary ------------------------------------------------------------------------------------


def test_size_and_checksum_are_those_of_the_files(client: Client, few: None) -> None:
    package = {one["name"]: one for one in client.get("/data/datapackage.json").json()["resources"]}
    catalogue = client.get("/data/dcat.json").json()
    told = {}
    for one in catalogue["dcat:dataset"]:
        for file in one["dcat:distribution"]:
            told[file["dcat:downloadURL"]["@id"].removeprefix(SITE)] = file
    for name in DATASETS:
        page = client.get(f"/en/data/{name}/").content.decode()
        for extension in EXTENSIONS:
            body = bytes_of(client, name, extension)
            digest = hashlib.sha256(body).hexdigest()
            assert digest in page, name
            assert f"{len(body):,} bytes" in page
            file = told[f"/data/{name}.{extension}"]
            assert file["spdx:checksum"]["spdx:checksumValue"]["@value"] == digest
            assert file["spdx:checksum"]["spdx:algorithm"]["@id"] == ALGORITHM
            assert file["dcat:byteSize"]["@value"] == str(len(body))
            assert file["dct:license"]["@id"] == "https://creativecommons.org/licenses/by/4.0/"
            assert datetime.fromisoformat(file["dct:modified"]["@value"]) <= timezone.now()
            if extension == "csv":
                assert (package[name]["hash"], package[name]["bytes"]) == (f"sha256:{digest}", len(body))


def test_the_dictionary_names_every_column_and_holds_for_every_row(
    client: Client, world: dict[str, dict[str, str]]
) -> None:
    package = {one["name"]: one for one in client.get("/data/datapackage.json").json()["resources"]}
    filled = set()
    for name, one in DATASETS.items():
        header, *_rows = csv.reader(io.StringIO(bytes_of(client, name, "csv").decode()))
        metadata = client.get(f"/data/{name}.csv-metadata.json").json()
        assert metadata["url"] == f"{SITE}/data/{name}.csv"
        assert [column["name"] for column in metadata["tableSchema"]["columns"]] == header
        assert [field["name"] for field in package[name]["schema"]["fields"]] == header
        assert all(field["description"] for field in package[name]["schema"]["fields"])
        rows = client.get(f"/data/v1/{name}?per_page=1000").json()["rows"]
        faults = [
            f"{name}.{fault.json_path}: {fault.message}"
            for row in rows
            for fault in Draft202012Validator(row_schema(one)).iter_errors(row)
        ]
        assert faults == []
        filled |= {name} if rows else set()
        page = client.get(f"/data/{name}/").content.decode()
        assert all(f'<th scope="row">{column}</th>' in page for column in header)
    assert filled >= {"services", "places", "events", "news", "feedback", "satisfaction"}


def test_the_catalogue_is_dcat(client: Client, few: None) -> None:
    answer = client.get("/data/dcat.json")
    assert answer["Content-Type"] == "application/ld+json"
    catalogue = answer.json()
    # What DCAT-AP makes mandatory of catalogue, data set and distribution, and what it recommends.
    assert {"dct:title", "dct:description", "dct:publisher", "dcat:dataset", "dct:license"} <= set(catalogue)
    names = [one["dct:identifier"] for one in catalogue["dcat:dataset"]]
    assert names == list(DATASETS)
    for one in catalogue["dcat:dataset"]:
        assert {"dct:title", "dct:description", "dcat:contactPoint", "dcat:keyword", "dct:publisher"} <= set(
            one
        )
        assert client.get(one["dcat:landingPage"]["@id"].removeprefix(SITE)).status_code == 200
        assert client.get(one["dct:conformsTo"]["@id"].removeprefix(SITE)).status_code == 200
        for file in one["dcat:distribution"]:
            assert {"dcat:accessURL", "dcat:downloadURL", "dcat:mediaType", "dct:license"} <= set(file)
    for service in catalogue["dcat:service"]:
        assert client.get(service["dcat:endpointURL"]["@id"].removeprefix(SITE)).status_code == 200
    prefixes = set(catalogue["@context"])
    used = set(re.findall(r'"@?([a-z]+):[A-Za-z_]+"', json.dumps(catalogue)))
    assert used <= prefixes | {"mailto"}


def test_the_office_chooses_the_licence(client: Client, few: None, settings: Any) -> None:
    settings.DATA_LICENCE = "CC0-1.0"
    assert client.get("/data/services.json").json()["licence"] == "CC0-1.0"
    assert "publicdomain/zero" in client.get("/data/").content.decode()


# Pages ------------------------------------------------------------------------------------


def test_pages_turn_are_refused_in_json_and_are_not_sent_twice(client: Client, few: None) -> None:
    index = client.get("/data/v1/").json()
    assert [one["name"] for one in index["datasets"]] == list(DATASETS)
    first = client.get("/data/v1/services?per_page=2")
    page = first.json()
    assert (page["total_items"], page["total_pages"], page["previous"]) == (3, 2, None)
    second = client.get(page["next"].removeprefix(SITE)).json()
    assert (len(second["rows"]), second["next"]) == (1, None)
    for address, status in (
        ("/data/v1/services?page=3&per_page=2", 404),
        ("/data/v1/people", 404),
        ("/data/v1/services?page=0", 400),
        ("/data/v1/services?per_page=1001", 400),
        ("/data/v1/services?page=%D9%A1", 400),
    ):
        answer = client.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/json"), address
        assert answer.json()["error"]
    assert client.post("/data/v1/services").status_code == 405
    door, address = Door(content_version.current_outside_requests), "/data/v1/services?per_page=2"
    with connections_kept_open():
        again = door.ask(address, HTTP_IF_NONE_MATCH=first["ETag"])
        assert (again.status, again.body) == (304, b"")
        make_service("Layanan baru")
        assert door.ask(address, HTTP_IF_NONE_MATCH=first["ETag"]).status == 200


def test_questions_do_not_grow_with_the_rows(client: Client, django_assert_max_num_queries: Any) -> None:
    make_portal()
    for _number in range(12):
        make_service(requirements=["KTP"], steps=["Datang"])
        make_location(hours=[("12345", "07:30", "16:00")])
    with django_assert_max_num_queries(8):
        client.get("/data/services.csv")
    with django_assert_max_num_queries(8):
        client.get("/data/v1/places?per_page=10")


def test_a_large_file_is_written_once_a_night_and_handed_on_from_disk(
    client: Client, few: None, monkeypatch: Any, settings: Any, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    small = bytes_of(client, "services", "csv")
    monkeypatch.setattr(data_sets, "MOST_WRITTEN_AT_ONCE", 2)
    monkeypatch.setattr(data_sets, "CHUNK", 2)
    streamed = client.get("/data/services.csv")
    assert streamed.streaming
    assert b"".join(streamed) == small
    assert "measured and written down tonight" in client.get("/en/data/services/").content.decode()
    keep_large.call()
    about = kept(DATASETS["services"], "csv")
    assert about is not None
    assert (about.sha256, about.rows) == (hashlib.sha256(small).hexdigest(), 3)
    make_service("Layanan nanti")
    stored = client.get("/data/services.csv")
    # Of last night, as its checksum says, until the next.
    assert b"".join(stored) == small
    assert stored["ETag"] == f'"{about.sha256}"'
    assert client.get("/data/services.csv", HTTP_IF_NONE_MATCH=stored["ETag"]).status_code == 304
    assert about.sha256 in client.get("/en/data/services/").content.decode()
    keep_large.call()
    assert b"Layanan nanti" in bytes_of(client, "services", "csv")
    assert not list(folder().glob("*.part"))
    (folder() / "services.csv").write_bytes(b"cut")
    assert b"Layanan nanti" in bytes_of(client, "services", "csv")


# The description of all of it ------------------------------------------------------------------------------------


def registry(document: dict[str, Any]) -> Any:
    """Ours by their addresses, and for the published schemas of HSDS the facts we keep of them."""
    found = [("urn:openapi", Resource(document, DRAFT202012))]
    for name in hsds_schema.FIELDS:
        schema = json.loads(json.dumps(hsds_schema.schema_of(name)).replace(hsds_schema.BASE, ""))
        text = re.sub(
            r'"\$ref": "(\w+)"', lambda to: f'"$ref": "{openapi.HSDS.format(to[1])}"', json.dumps(schema)
        )
        found.append((openapi.HSDS.format(name), Resource(json.loads(text), DRAFT202012)))
    return Registry().with_resources(found)


def path_for(address: str, paths: dict[str, Any]) -> str | None:
    """The path of the description an address falls under, the most exact first."""
    for path in sorted(paths, key=lambda one: one.count("{")):
        pattern = "/".join(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(part)) for part in path.split("/"))
        if re.fullmatch(pattern, address):
            return path
    return None


def test_every_json_address_is_described_and_answers_as_described(
    client: Client, world: dict[str, dict[str, str]]
) -> None:
    document = client.get("/data/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    known = registry(document)
    walked, found = set(), []
    for one in known_addresses():
        if one.name.startswith(("admin", "accounts", "outreach:door")) or one.name[-1:] in {"", ":"}:
            continue
        fills = [world.get(one.name, dict.fromkeys(one.parameters, "1"))]
        if one.parameters == {"name"} and one.name in {"data_v1_rows", "data_csv_metadata"}:
            fills = [{"name": name} for name in DATASETS]
        for fill in fills:
            address = reverse(one.name, kwargs=fill)
            if address.endswith(NOT_JSON):
                continue
            answer = client.get(address)
            kind = answer.headers.get("Content-Type", "").partition(";")[0]
            if "json" not in kind:
                continue
            path = path_for(address, document["paths"])
            assert path is not None, f"{address} is not described."
            walked.add(path)
            told = document["paths"][path]["get"]["responses"].get(str(answer.status_code))
            assert told is not None, f"{answer.status_code} of {address} is not described."
            pointer = f"{path}/get/responses/{answer.status_code}/content/{kind}/schema"
            assert kind in told["content"], pointer
            schema = {"$ref": f"urn:openapi#{place_of(path, answer.status_code, kind)}"}
            validator = Draft202012Validator(schema, registry=known)
            found += [
                f"{address}{fault.json_path}: {fault.message}"
                for fault in validator.iter_errors(answer.json())
            ]
    assert found == []
    private = {"/lacak/kiriman/salinan.json"}
    assert set(document["paths"]) - walked <= private
    assert set(document["paths"]) >= private


@pytest.mark.parametrize(
    ("path", "broken"),
    [
        ("/data/v1/services", {"rows": [{"code": 1}]}),
        ("/data/hsds/taxonomies", {"contents": [{"id": "x"}]}),
        ("/open311/v2/services.json", [{"service_code": "x"}]),
    ],
)
def test_the_description_bites(path: str, broken: Any, client: Client, few: None) -> None:
    document = client.get("/data/openapi.json").json()
    schema = {"$ref": f"urn:openapi#{place_of(path, 200, 'application/json')}"}
    right = client.get(path).json()
    validator = Draft202012Validator(schema, registry=registry(document))
    assert validator.is_valid(right)
    assert not validator.is_valid(right | broken if isinstance(broken, dict) else broken)


def place_of(path: str, status: int, kind: str) -> str:
    """JSON pointer to the schema of an answer, written for an address."""
    steps = ("paths", path, "get", "responses", str(status), "content", kind, "schema")
    escaped = (
        one.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D") for one in steps
    )
    return "/" + "/".join(escaped)
