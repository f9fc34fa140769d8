"""A Facebook page, by the Pages API: `POST /{page-id}/feed` or, with a picture of our own, `/{page-id}/photos`.

https://developers.facebook.com/docs/pages-api/posts – permission `pages_manage_posts`, a page's own token.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from outreach.connectors.graph import Graph, id_in
from outreach.connectors.interface import NotNow, Outgoing, Receiver, Refused, Sent, Unclear

ADDRESS: Final = "https://www.facebook.com/"


@dataclass(frozen=True)
class Facebook:
    api: str
    token: str
    page_id: str

    def receivers(self) -> Sequence[Receiver]:
        return [Receiver()]

    def send(self, outgoing: Outgoing) -> Sent:
        graph = Graph(self.api, self.token)
        if outgoing.link or not outgoing.image_url:
            # Facebook draws the picture of the page the link leads to: the same share image.
            body: dict[str, Any] = {"message": outgoing.text, "published": True}
            if outgoing.link:
                body["link"] = outgoing.link
            said = graph.publish(f"{self.page_id}/feed", body)
            post = id_in(said, "id")
        else:
            body = {"url": outgoing.image_url, "caption": outgoing.text, "published": True}
            said = graph.publish(f"{self.page_id}/photos", body)
            post = id_in(said, "post_id", "id")
        return Sent(post, self.address_of(graph, post))

    def address_of(self, graph: Graph, post: str) -> str:
        """Where it can be read; it is published already, so no trouble here may say otherwise."""
        try:
            address = graph.read(post, fields="permalink_url").get("permalink_url")
        except (NotNow, Refused, Unclear):
            address = None
        return address if isinstance(address, str) and address.startswith("https://") else f"{ADDRESS}{post}"
