"""HSDS 3.0 as a JSON schema: names, kinds and necessity of the published fields, and nothing else allowed.

The published schema is under a licence of its own (CC BY-SA 4.0) and is not copied here; the table below states its
facts. `python -m tests.hsds_schema FOLDER` holds the table, and the data of both example portals, against the
published files themselves: FOLDER is `schema/` of a checkout of Open Referral's specification, branch 3.0.
"""

import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

# name: its fields. "!" is necessary; after ":" the kind, a string where nothing stands; "*x" is a list of x.
FIELDS = {
    "accessibility": "id!:uuid location_id:uuid description details url:uri",
    "address": "id!:uuid location_id:uuid attention address_1! address_2 city! region state_province! postal_code!"
    " country! address_type!:physical|postal|virtual",
    "attribute": "id!:uuid link_id:uuid taxonomy_term_id:uuid link_type link_entity value taxonomy_term:@taxonomy_term",
    "contact": "id!:uuid organization_id:uuid service_id:uuid service_at_location_id:uuid location_id:uuid name title"
    " department email:email phones:*phone",
    "cost_option": "id!:uuid service_id:uuid valid_from valid_to option currency amount:number amount_description",
    "funding": "id!:uuid organization_id:uuid service_id:uuid source",
    "language": "id!:uuid service_id:uuid location_id:uuid phone_id:uuid name code note",
    "location": "id!:uuid location_type!:physical|postal|virtual url:uri organization_id:uuid name alternate_name"
    " description transportation latitude:number longitude:number external_identifier external_identifier_type"
    " languages:*language addresses:*address contacts:*contact accessibility:*accessibility phones:*phone"
    " schedules:*schedule",
    "metadata": "id!:uuid resource_id:uuid resource_type last_action_date! last_action_type! field_name!"
    " previous_value! replacement_value! updated_by!",
    "organization": "id!:uuid name! alternate_name description! email:email website:uri tax_status tax_id"
    " year_incorporated:number legal_status logo uri:uri parent_organization_id:uuid funding:*funding"
    " contacts:*contact phones:*phone locations:*location programs:*program"
    " organization_identifiers:*organization_identifier",
    "organization_identifier": "id!:uuid organization_id:uuid identifier_scheme identifier_type! identifier!",
    "phone": "id!:uuid location_id:uuid service_id:uuid organization_id:uuid contact_id:uuid"
    " service_at_location_id:uuid number! extension:number type description languages:*language",
    "program": "id!:uuid organization_id:uuid name! alternate_name description!",
    "required_document": "id!:uuid service_id:uuid document uri:uri",
    "schedule": "id!:uuid service_id:uuid location_id:uuid service_at_location_id:uuid valid_from valid_to dtstart"
    " timezone:number until count:number wkst:MO|TU|WE|TH|FR|SA|SU freq:WEEKLY|MONTHLY interval:number byday byweekno"
    " bymonthday byyearday description opens_at closes_at schedule_link:uri attending_type notes",
    "service": "id!:uuid organization_id:uuid program_id:uuid name! alternate_name description url:uri email:email"
    " status!:active|inactive|defunct|temporarily_closed interpretation_services application_process"
    " fees_description wait_time fees accreditations eligibility_description minimum_age:number maximum_age:number"
    " assured_date assurer_email:email licenses alert last_modified:date-time phones:*phone schedules:*schedule"
    " service_areas:*service_area service_at_locations:*service_at_location languages:*language"
    " organization:@organization funding:*funding cost_options:*cost_option program:@program"
    " required_documents:*required_document contacts:*contact",
    "service_area": "id!:uuid service_id:uuid name description extent extent_type uri",
    "service_at_location": "id!:uuid service_id:uuid location_id:uuid description contacts:*contact phones:*phone"
    " schedules:*schedule location:@location",
    "taxonomy": "id!:uuid name! description! uri:uri version",
    "taxonomy_term": "id!:uuid code name! description! parent_id:uuid taxonomy taxonomy_detail:@taxonomy language"
    " taxonomy_id:uuid term_uri:uri",
}
# Every object may say more about itself, but what says it not.
WITHOUT_ATTRIBUTES = {"attribute", "metadata", "taxonomy", "taxonomy_term"}
FORMATS = {"uuid", "uri", "email", "date-time"}
BASE = "hsds:"
PAGE = "total_items total_pages page_number size first_page last_page empty contents"

formats = FormatChecker()


@formats.checks("uuid", raises=ValueError)
def is_uuid(value: object) -> bool:
    return str(UUID(str(value))) == value


@formats.checks("uri")
def is_uri(value: object) -> bool:
    return bool(re.fullmatch(r"[a-z][a-z0-9+.-]*:[\x21-\x7e]+", str(value)))


def kind_of(text: str) -> dict[str, Any]:
    if not text:
        return {"type": "string"}
    if text == "number":
        return {"type": "number"}
    if text in FORMATS:
        return {"type": "string", "format": text}
    if text.startswith("*"):
        return {"type": "array", "items": {"$ref": BASE + text[1:]}}
    if text.startswith("@"):
        return {"$ref": BASE + text[1:]}
    return {"type": "string", "enum": [word.replace("_", " ") for word in text.split("|")]}


def schema_of(name: str) -> dict[str, Any]:
    properties, necessary = {}, []
    more = " metadata:*metadata" if name != "metadata" else ""
    more += " attributes:*attribute" if name not in WITHOUT_ATTRIBUTES else ""
    for word in (FIELDS[name] + more).split():
        field, _colon, kind = word.partition(":")
        if field.endswith("!"):
            necessary.append(field.removesuffix("!"))
        properties[field.removesuffix("!")] = kind_of(kind)
    return {"type": "object", "properties": properties, "required": necessary, "additionalProperties": False}


def registry() -> Any:
    resources = [(BASE + name, Resource(schema_of(name), DRAFT202012)) for name in FIELDS]
    return Registry().with_resources(resources)


REGISTRY = registry()


def faults(name: str, document: Any) -> list[str]:
    """What is wrong with a document, by the table above: where, and what."""
    validator = Draft202012Validator({"$ref": BASE + name}, registry=REGISTRY, format_checker=formats)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


def faults_of_page(name: str, document: Any) -> list[str]:
    if not isinstance(document, dict) or set(document) != set(PAGE.split()):
        return ["This is no page of the API."]
    return [fault for one in document["contents"] for fault in faults(name, one)]


# Against the published files ------------------------------------------------------------


def published(folder: Path) -> Any:
    def retrieve(uri: str) -> Any:
        text = (folder / uri.removeprefix(BASE)).read_text(encoding="utf-8")
        return Resource(json.loads(text), DRAFT202012)

    return Registry(retrieve=retrieve)  # type: ignore[call-arg]


def facts_of(schema: dict[str, Any]) -> dict[str, Any]:
    """Names, kinds and necessity of a schema's fields, in one spelling for both."""

    def kind(about: dict[str, Any]) -> tuple[Any, ...]:
        target = about.get("$ref") or about.get("items", {}).get("$ref", "")
        name = str(target).removeprefix(BASE).removesuffix(".json")
        return (
            "" if about.get("$ref") else about.get("type"),
            about.get("format"),
            tuple(about.get("enum", ())),
            name,
        )

    fields = {field: kind(about) for field, about in schema["properties"].items()}
    return {"required": sorted(schema.get("required", ())), "fields": fields}


def differences(folder: Path) -> Iterator[str]:
    for name in FIELDS:
        theirs = facts_of(json.loads((folder / f"{name}.json").read_text(encoding="utf-8")))
        ours = facts_of(schema_of(name))
        if theirs["required"] != ours["required"]:
            yield f"{name}: {theirs['required']} are necessary, and our table says {ours['required']}"
        for field in sorted(theirs["fields"].keys() | ours["fields"].keys()):
            if theirs["fields"].get(field) != ours["fields"].get(field):
                yield f"{name}.{field}: {theirs['fields'].get(field)}, and our table says {ours['fields'].get(field)}"


def main(folder: Path) -> int:
    # Late, because they need a portal set up for them.
    from tests.drill import Installation

    found = list(differences(folder))
    files = published(folder)
    for data_set in ("tanjung-barat", "disdik-labura"):
        with tempfile.TemporaryDirectory(prefix="balai-hsds-") as var_dir:
            portal = Installation(data_set, Path(var_dir))
            portal.done("migrate", "--no-input", "-v", "0")
            portal.done("load_data", data_set)
            for name, documents in portal.ask("hsds").items():
                schema = {"$ref": f"{BASE}{name}.json"}
                validator = Draft202012Validator(schema, registry=files, format_checker=formats)
                for document in documents:
                    found += [
                        f"{data_set} {one.json_path}: {one.message}"
                        for one in validator.iter_errors(document)
                    ]
                print(f"{data_set}: {len(documents)} of {name} held against the published schema.")
    print("\n".join(found) or "Nothing differs.")
    return 1 if found else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    sys.exit(main(Path(sys.argv[1])))
