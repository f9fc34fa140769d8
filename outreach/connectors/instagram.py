"""An Instagram professional account, by content publishing: a container is made, then published once.

https://developers.facebook.com/docs/instagram-platform/content-publishing – `POST /{ig-id}/media`,
`GET /{container}?fields=status_code`, `POST /{ig-id}/media_publish`. The picture is fetched from our public address.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from outreach.connectors.graph import Graph, id_in
from outreach.connectors.interface import NotNow, Outgoing, Receiver, Refused, Sent, Unclear

A_MINUTE: Final = timedelta(minutes=1)
TALL: Final = "1080x1920"


@dataclass(frozen=True)
class Instagram:
    api: str
    token: str
    user_id: str

    def receivers(self) -> Sequence[Receiver]:
        return [Receiver()]

    def send(self, outgoing: Outgoing) -> Sent:
        if not outgoing.image_url:
            raise Refused(_("Instagram takes no post without a picture."))
        graph = Graph(self.api, self.token)
        container = outgoing.prepared_id or self.new_container(graph, outgoing)
        match graph.read(container, fields="status_code").get("status_code"):
            case "FINISHED":
                pass
            case "PUBLISHED":
                # Published by an earlier try whose answer was lost; its number is not told any more.
                return Sent(container)
            case "IN_PROGRESS":
                raise NotNow(_("Instagram is still fetching the picture."), A_MINUTE)
            case "EXPIRED":
                # Containers live for a day; an expired one was never published, and another is made.
                outgoing.keep("")
                raise NotNow(_("Instagram has dropped the prepared post; it is prepared again."), A_MINUTE)
            case other:
                raise Refused(_("Instagram could not use the picture (%(reason)s).") % {"reason": other})
        said = graph.publish(f"{self.user_id}/media_publish", {"creation_id": container})
        media = id_in(said, "id")
        return Sent(media, self.address_of(graph, media))

    def new_container(self, graph: Graph, outgoing: Outgoing) -> str:
        body: dict[str, Any] = {"image_url": outgoing.image_url, "caption": outgoing.text}
        try:
            container = id_in(graph.prepare(f"{self.user_id}/media", body), "id")
        except Unclear as problem:
            # An unpublished container is seen by nobody: making another does no harm.
            raise NotNow(str(problem)) from problem
        outgoing.keep(container)
        return container

    def address_of(self, graph: Graph, media: str) -> str:
        """Where it can be read; it is published already, so no trouble here may say otherwise."""
        try:
            address = graph.read(media, fields="permalink").get("permalink")
        except (NotNow, Refused, Unclear):
            return ""
        return address if isinstance(address, str) and address.startswith("https://") else ""
