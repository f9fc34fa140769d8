"""One document in the two formats of the standard: JSON, and XML with its fixed names of elements."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.http import HttpResponse
from django.utils.xmlutils import SimplerXMLGenerator

CONTENT_TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
# XML 1.0 has no way to write these, not even escaped.
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Row = Mapping[str, Any]
NOTHING: "AttributesImpl[str]" = AttributesImpl({})


@dataclass(frozen=True)
class Shape:
    """How a list and its rows are called in XML; JSON has no names for them."""

    list_name: str
    row_name: str


SERVICES = Shape("services", "service")
REQUESTS = Shape("service_requests", "request")
ERRORS = Shape("errors", "error")


def written(rows: Sequence[Row], shape: Shape, extension: str, status: int = 200) -> HttpResponse:
    body = as_xml(rows, shape) if extension == "xml" else as_json(rows)
    return finished(body, extension, status)


def as_json(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1)


def finished(body: str, extension: str, status: int = 200) -> HttpResponse:
    response = HttpResponse(body, content_type=CONTENT_TYPES[extension], status=status)
    # Anyone's page may read this: it is public and carries no credentials.
    response["Access-Control-Allow-Origin"] = "*"
    return response


def written_one(row: Row, name: str, extension: str) -> HttpResponse:
    """A document that is one object and no list: the definition of a service."""
    if extension != "xml":
        return finished(as_json(row), extension)
    stream = StringIO()
    xml = SimplerXMLGenerator(stream, "utf-8")
    xml.startDocument()
    add_row(xml, name, row)
    xml.endDocument()
    return finished(stream.getvalue(), extension)


def as_xml(rows: Sequence[Row], shape: Shape) -> str:
    stream = StringIO()
    xml = SimplerXMLGenerator(stream, "utf-8")
    xml.startDocument()
    xml.startElement(shape.list_name, NOTHING)
    for row in rows:
        add_row(xml, shape.row_name, row)
    xml.endElement(shape.list_name)
    xml.endDocument()
    return stream.getvalue()


def add_row(xml: SimplerXMLGenerator, name: str, row: Row) -> None:
    xml.startElement(name, NOTHING)
    for key, value in row.items():
        if isinstance(value, list):
            # A list is named by its rows: <attributes><attribute>…</attribute></attributes>.
            xml.startElement(key, NOTHING)
            for one in value:
                add_row(xml, key.removesuffix("s"), one)
            xml.endElement(key)
        else:
            xml.addQuickElement(key, NOT_IN_XML.sub("", text_of(value)))
    xml.endElement(name)


def text_of(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
