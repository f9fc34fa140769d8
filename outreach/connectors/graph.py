"""One request to Meta's Graph API, which Facebook, Instagram and WhatsApp have in common.

The token goes into the header alone, never into an address, which proxies write down. A redirect is not followed.
"""

import http.client
import json
import ssl
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.utils.translation import gettext as _

from outreach.connectors.interface import NotNow, Refused, Unclear

SECONDS: Final = 30
LARGEST_ANSWER: Final = 1_000_000
# Too many calls or messages for now, as the documentation of errors names them; nothing was published.
TOO_MANY: Final = frozenset({4, 17, 32, 613, 80002, 80007, 130429, 131048, 131056})
# The same words were published just before: by us, whose answer was lost, or by somebody else.
SAME_AGAIN: Final = frozenset({506})
AN_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Graph:
    """The API at one address with one token."""

    api: str
    token: str

    def read(self, path: str, **query: str) -> dict[str, Any]:
        """A question; it changes nothing, so every trouble but a refusal may be tried again."""
        return self._ask("GET", f"{path}?{urlencode(query)}", None, publishes=False)

    def prepare(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """A request nobody sees the result of, so that doing it twice does no harm."""
        return self._ask("POST", path, body, publishes=False)

    def publish(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The request that makes it public: once it has left, only a clear answer says what became of it."""
        return self._ask("POST", path, body, publishes=True)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None, *, publishes: bool) -> dict[str, Any]:
        status, answer = self._exchange(method, path, body, publishes=publishes)
        if 200 <= status < 300:
            return self._understood(answer, publishes=publishes)
        raise self._trouble(status, answer, publishes=publishes)

    def _exchange(
        self, method: str, path: str, body: dict[str, Any] | None, *, publishes: bool
    ) -> tuple[int, bytes]:
        parts = urlsplit(self.api)
        connection = self._connection()
        try:
            connection.connect()
        except (OSError, http.client.HTTPException) as problem:
            # Nothing has left this machine.
            raise NotNow(_("The channel could not be reached.")) from problem
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, f"{parts.path}/{path}", body=data, headers=headers)
            response = connection.getresponse()
            return response.status, response.read(LARGEST_ANSWER)
        except (OSError, http.client.HTTPException) as problem:
            raise not_known(_("The channel gave no answer in time."), publishes=publishes) from problem
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.api)
        host = parts.hostname or ""
        if parts.scheme == "https":
            return http.client.HTTPSConnection(
                host, parts.port, timeout=SECONDS, context=ssl.create_default_context()
            )
        return http.client.HTTPConnection(host, parts.port, timeout=SECONDS)

    def _understood(self, answer: bytes, *, publishes: bool) -> dict[str, Any]:
        try:
            said = json.loads(answer)
        except ValueError as problem:
            raise not_known(
                _("The channel answered something that cannot be read."), publishes=publishes
            ) from problem
        if not isinstance(said, dict):
            raise not_known(_("The channel answered something that cannot be read."), publishes=publishes)
        return said

    def _trouble(self, status: int, answer: bytes, *, publishes: bool) -> Exception:
        error = error_in(answer)
        code = error.get("code")
        words = self._without_secret(
            f"{status}: {error.get('message') or _('no reason given')} ({code or '-'})"
        )
        if code in SAME_AGAIN:
            return Unclear(words)
        if code in TOO_MANY or status == 429:
            return NotNow(words, AN_HOUR)
        if status >= 500 or error.get("is_transient") is True or code in (1, 2):
            # “Temporary”, says the documentation, but not whether it was published before it failed.
            return not_known(words, publishes=publishes)
        return Refused(words)

    def _without_secret(self, words: str) -> str:
        return words.replace(self.token, "…") if self.token else words


def error_in(answer: bytes) -> dict[str, Any]:
    """The error object of an answer; empty when it has none."""
    try:
        error = json.loads(answer).get("error")
    except (ValueError, AttributeError):
        return {}
    return error if isinstance(error, dict) else {}


def not_known(words: str, *, publishes: bool) -> Exception:
    return Unclear(words) if publishes else NotNow(words)


def id_in(said: dict[str, Any], *names: str) -> str:
    """The first of these numbers in an answer that said yes; without one nobody knows what it said yes to."""
    for name in names:
        if isinstance(said.get(name), str | int) and str(said[name]):
            return str(said[name])
    raise Unclear(_("The channel answered, but did not say which post it published."))
