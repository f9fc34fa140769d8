"""How an address is written in OpenAPI 3.1: questions, answers and refusals, each in one line."""

from typing import Any

Thing = dict[str, Any]

JSON = "application/json"


def ref(name: str) -> Thing:
    return {"$ref": f"#/components/schemas/{name}"}


def listing(of: Thing) -> Thing:
    return {"type": "array", "items": of}


def shape(needed: dict[str, Thing], more: dict[str, Thing] | None = None, *, is_open: bool = False) -> Thing:
    """An object: what is always there, what can be there, and nothing else."""
    found: Thing = {"type": "object", "properties": needed | (more or {}), "required": list(needed)}
    return found if is_open else found | {"additionalProperties": False}


TEXT: Thing = {"type": "string"}
NUMBER: Thing = {"type": "integer"}
YES_NO: Thing = {"type": "boolean"}
ADDRESS: Thing = {"type": "string", "format": "uri"}
MOMENT: Thing = {"type": "string", "format": "date-time"}
UUID: Thing = {"type": "string", "format": "uuid"}


def or_nothing(schema: Thing) -> Thing:
    return schema | {"type": [schema["type"], "null"]}


def in_query(name: str, about: str, schema: Thing = TEXT) -> Thing:
    return {"name": name, "in": "query", "description": about, "schema": schema}


def in_path(name: str, about: str, schema: Thing = TEXT) -> Thing:
    return {"name": name, "in": "path", "required": True, "description": about, "schema": schema}


def whole(least: int, most: int, default: int) -> Thing:
    return {"type": "integer", "minimum": least, "maximum": most, "default": default}


def body(schema: Thing, about: str, media_type: str = JSON) -> Thing:
    return {"description": about, "content": {media_type: {"schema": schema}}}


NOT_MODIFIED: Thing = {"description": "Nothing has changed since the ETag sent in If-None-Match."}


def reading(
    summary: str,
    schema: Thing,
    *asked: Thing,
    tag: str,
    media_type: str = JSON,
    refusals: dict[str, Thing] | None = None,
    is_kept: bool = True,
) -> Thing:
    """A path that can be read; what is public may be asked again with its ETag."""
    answers = {"200": body(schema, summary, media_type)} | ({"304": NOT_MODIFIED} if is_kept else {})
    get: Thing = {"summary": summary, "tags": [tag], "responses": answers | (refusals or {})}
    return {"get": get | ({"parameters": list(asked)} if asked else {})}
