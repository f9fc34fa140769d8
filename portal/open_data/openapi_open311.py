"""Open311 GeoReport v2 in OpenAPI: what its own documents say in words."""

from typing import Any

from portal.open_data.openapi_words import (
    ADDRESS,
    JSON,
    MOMENT,
    NUMBER,
    TEXT,
    YES_NO,
    body,
    in_path,
    in_query,
    listing,
    or_nothing,
    reading,
    ref,
    shape,
)

Thing = dict[str, Any]

CITY = in_query("jurisdiction_id", "Taken and not needed: this server serves one place.")
ERRORS = {"400": body(ref("Open311Errors"), "The question cannot be understood.")}
MISSING = {"404": body(ref("Open311Errors"), "There is nothing here.")}
FILTERS = (
    in_query("service_request_id", "Numbers, separated by commas."),
    in_query("service_code", "Codes of services, separated by commas."),
    in_query("start_date", "Received from then on.", MOMENT),
    in_query("end_date", "Received until then, at most 90 days.", MOMENT),
    in_query("status", "open, closed or both, separated by commas."),
)


def open311_paths() -> Thing:
    several = reading(
        "Released cases, newest first.",
        ref("Open311Requests"),
        *FILTERS,
        CITY,
        tag="Open311",
        refusals=ERRORS,
    )
    return {
        "/open311/discovery.json": reading(
            "Where the API is and what it speaks.", ref("Open311Discovery"), tag="Open311"
        ),
        "/open311/v2/services.json": reading(
            "What can be reported.", ref("Open311Services"), CITY, tag="Open311"
        ),
        "/open311/v2/services/{code}.json": reading(
            "What may be said of one service.",
            ref("Open311Definition"),
            in_path("code", "Its service_code."),
            CITY,
            tag="Open311",
            refusals=MISSING,
        ),
        "/open311/v2/requests.json": several | {"post": writing()},
        "/open311/v2/requests/{number}.json": reading(
            "One case by its number.",
            ref("Open311Requests"),
            in_path("number", "Its service_request_id."),
            CITY,
            tag="Open311",
            refusals=MISSING,
        ),
        "/open311/v2/tokens/{token}.json": reading(
            "The number that belongs to the token of a sending.",
            ref("Open311Tokens"),
            in_path("token", "The token."),
            CITY,
            tag="Open311",
            refusals=MISSING,
        ),
    }


def writing() -> Thing:
    """Sending a case: a form with a key, and the same answer for the same Idempotency-Key."""
    sent = shape(
        {"api_key": TEXT, "service_code": TEXT, "description": TEXT},
        {"attribute[kind]": TEXT, "address_string": TEXT, "email": TEXT, "phone": TEXT, "first_name": TEXT},
        is_open=True,
    )
    key = {"name": "Idempotency-Key", "in": "header", "schema": TEXT}
    return {
        "summary": "Send a case.",
        "tags": ["Open311"],
        "parameters": [key | {"description": "The same key sent again makes no second case."}],
        "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": sent}}},
        "responses": {
            "201": {"description": "Taken.", "content": {JSON: {"schema": ref("Open311Tokens")}}},
            "200": body(ref("Open311Tokens"), "Taken before."),
            **ERRORS,
            "403": body(ref("Open311Errors"), "The key is not known."),
            **MISSING,
        },
    }


def open311_schemas() -> Thing:
    words = ("service_code", "service_name", "description", "type", "keywords", "group")
    value = shape({"key": TEXT, "name": TEXT})
    attribute = shape(
        {
            **dict.fromkeys(("variable", "required"), YES_NO),
            **dict.fromkeys(("code", "datatype", "datatype_description", "description"), TEXT),
            "order": NUMBER,
            "values": listing(value),
        }
    )
    nothing: Thing = {"type": "null"}
    request = shape(
        {
            "service_request_id": TEXT,
            "status": {"enum": ["open", "closed"]},
            **dict.fromkeys(("service_name", "service_code", "status_notes", "service_notice"), TEXT),
            **dict.fromkeys(("description", "agency_responsible", "address"), or_nothing(TEXT)),
            **dict.fromkeys(("requested_datetime", "updated_datetime"), MOMENT),
            "expected_datetime": or_nothing(MOMENT),
            # Where a report was made often tells who made it: never said.
            **dict.fromkeys(("address_id", "zipcode", "lat", "long", "media_url"), nothing),
        }
    )
    endpoint = shape(
        {
            **dict.fromkeys(("specification", "url"), ADDRESS),
            **dict.fromkeys(("changeset", "type"), TEXT),
            "formats": listing(TEXT),
        }
    )
    token = shape(
        {"service_request_id": TEXT, "token": TEXT}, {"service_notice": TEXT, "account_id": or_nothing(TEXT)}
    )
    return {
        "Open311Services": listing(shape({**dict.fromkeys(words, TEXT), "metadata": YES_NO})),
        "Open311Definition": shape({"service_code": TEXT, "attributes": listing(attribute)}),
        "Open311Requests": listing(request),
        "Open311Tokens": listing(token),
        "Open311Errors": listing(shape({"code": NUMBER, "description": TEXT})),
        "Open311Discovery": shape(
            {
                **dict.fromkeys(("changeset", "key_service"), TEXT),
                "contact": ADDRESS,
                "endpoints": listing(endpoint),
            }
        ),
    }
