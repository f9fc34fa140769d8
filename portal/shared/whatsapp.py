"""Sharing by WhatsApp with a plain link, so that it works without script."""

from urllib.parse import quote


def share_link(text: str) -> str:
    """Address that opens WhatsApp with the text ready to send; the reader chooses to whom."""
    return f"https://wa.me/?text={quote(text, safe='')}"
