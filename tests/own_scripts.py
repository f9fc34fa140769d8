"""How a page may ask for a script: files of our own, deferred, and nothing else that runs."""

import re

DATA = re.compile(r'<script type="application/(?:ld\+)?json"[^>]*>')
IN_TEMPLATE = re.compile(r'<script src="\{% static "[\w-]+\.js" %\}" defer></script>')
IN_PAGE = re.compile(r'<script src="/static/([\w-]+)(?:\.[0-9a-f]{12})?\.js" defer></script>')
# What only officers and the desk load; every other file in static/ is one a resident may get.
OFFICERS = re.compile(r"(?:post|scan|tick-list|desk[\w-]*|field[\w-]*)\.js")


def of_page(text: str) -> list[str]:
    """Names of the scripts a page loads."""
    return IN_PAGE.findall(text)


def foreign(text: str) -> list[str]:
    """What would run on the page beside our own deferred files."""
    return re.findall(r"<script[^>]*>?", IN_PAGE.sub("", DATA.sub("", text)))


def foreign_in_template(source: str) -> list[str]:
    return re.findall(r"<script[^>]*>?", IN_TEMPLATE.sub("", source))
