"""WhatsApp Cloud API: a template message to each number that agreed to get posts, as RT and RW heads do.

https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-message-templates –
`POST /{phone-number-id}/messages`. Whoever has not written to the office within a day may be written to by an
approved template alone; ours has one parameter in its body, the text. Channels and groups have no such API.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.crypto import salted_hmac

from outreach.connectors.graph import Graph, id_in
from outreach.connectors.interface import NotNow, Outgoing, Receiver, Refused, Sent, Unclear

# A parameter of a template takes no line breaks, no tabs and no four spaces in a row.
BREAKS: Final = re.compile(r"\s*[\n\t]+\s*")
SPACES: Final = re.compile(r" {2,}")


@dataclass(frozen=True)
class WhatsApp:
    api: str
    token: str
    phone_id: str
    template: str
    numbers: tuple[str, ...]

    def receivers(self) -> Sequence[Receiver]:
        return [Receiver(key_of(number), f"…{number[-3:]}", number) for number in self.numbers]

    def send(self, outgoing: Outgoing) -> Sent:
        name, _colon, language = self.template.partition(":")
        body: dict[str, Any] = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": outgoing.receiver.address,
            "type": "template",
            "template": {
                "name": name,
                "language": {"code": language or "id"},
                "components": [
                    {"type": "body", "parameters": [{"type": "text", "text": one_line(outgoing.text)}]}
                ],
            },
        }
        graph = Graph(self.api, self.token)
        try:
            said = graph.publish(f"{self.phone_id}/messages", body)
        except (NotNow, Refused, Unclear) as problem:
            # What the API says may name the number; nothing of it is kept.
            raise without_number(problem, outgoing.receiver.address) from None
        messages = said.get("messages")
        first = messages[0] if isinstance(messages, list) and messages else {}
        return Sent(id_in(first if isinstance(first, dict) else {}, "id"))


def one_line(text: str) -> str:
    return SPACES.sub(" ", BREAKS.sub(" · ", text.strip()))


def key_of(number: str) -> str:
    return salted_hmac("outreach.whatsapp", number, algorithm="sha256").hexdigest()


def without_number(problem: Exception, number: str) -> Exception:
    words = str(problem).replace(number, "…")
    return NotNow(words, problem.wait) if isinstance(problem, NotNow) else type(problem)(words)
