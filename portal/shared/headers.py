"""What every answer tells the browser to refuse: pages, files, redirects and errors alike.

Stands outside every other middleware, so that nothing is answered without it; stored public pages keep these
headers with their bytes.
"""

import base64
import hashlib
import re
from functools import cache
from typing import Any

from csp.constants import NONE, SELF
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.loader import get_template

from portal.shared.public_pages import PUBLIC_PAGE

Policy = dict[str, Any]

# A file that is no page: whatever a visitor or a later mistake put into it, it runs and loads nothing.
FILE: Policy = {
    "default-src": [NONE],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [NONE],
    "object-src": [NONE],
}
# Our own script files, which may ask us, nobody else; what is smuggled into a page cannot run. The few icons inside
# the style sheet are data: images, a photo that waits on the phone is a blob: one, and an image runs nothing.
PUBLIC: Policy = FILE | {
    "connect-src": [SELF],
    "form-action": [SELF],
    "img-src": [SELF, "data:", "blob:"],
    "manifest-src": [SELF],
    "script-src": [SELF],
    "style-src": [SELF],
    "worker-src": [SELF],
}
# Forms and the staff's desk.
PRIVATE: Policy = PUBLIC | {"font-src": [SELF]}
# The worker of the installed app asks for pages in the reader's stead: its own policy decides whom it may ask.
WORKER: Policy = FILE | {"connect-src": [SELF], "script-src": [SELF]}
WORKER_ADDRESS = "/sw.js"

# The pages for when nothing else may work bring their style sheet along; its hash is allowed on them alone.
SELF_CONTAINED = {500: "500.html", 503: "503.html"}

# What must be on the answer even where the middleware that says it was never reached.
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Open data files: made to be read by other people's pages and programs, and nobody's credentials are in them.
OPEN_DATA = ("/data/", "/open311/")


class HeadersMiddleware(CSPMiddleware):
    """Writes the Content-Security-Policy and its companions by what the answer is."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        is_open_data = (
            request.path_info.startswith(OPEN_DATA) and request.method != "POST" and not is_page(response)
        )
        if is_open_data:
            response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers.setdefault(
            "Cross-Origin-Resource-Policy", "cross-origin" if is_open_data else "same-origin"
        )
        answered: HttpResponseBase = super().process_response(request, response)
        return answered

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        if report_only:
            return PolicyParts()
        policy = policy_of(request, response)
        return PolicyParts(policy | {"upgrade-insecure-requests": settings.PRODUCTION})


def is_page(response: HttpResponseBase) -> bool:
    return response.headers.get("Content-Type", "").startswith("text/html")


def policy_of(request: HttpRequest, response: HttpResponseBase) -> Policy:
    if request.path_info == WORKER_ADDRESS and response.status_code == 200:
        return WORKER
    if not is_page(response):
        return FILE
    if response.status_code in SELF_CONTAINED:
        return FILE | {"style-src": [style_hash(SELF_CONTAINED[response.status_code])]}
    return PUBLIC if PUBLIC_PAGE in request.META else PRIVATE


@cache
def style_hash(template: str) -> str:
    """The one style sheet inside a template, as Content-Security-Policy names it."""
    source: str = get_template(template).template.source  # type: ignore[attr-defined]
    [style] = re.findall(r"<style>(.*?)</style>", source, re.DOTALL)
    return f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"
