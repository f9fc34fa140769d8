"""Marks in a text the words a search found it by."""

import re
from collections.abc import Collection

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from portal.shared.indonesian import is_stop_word, query_words, stem, words

register = template.Library()

_WORD = re.compile(r"\w+(?:['’‘`ʼ]\w+)*")


@register.filter
def highlight(text: object, searched: str | Collection[str]) -> SafeString:
    """The text, escaped, with ``<mark>`` around each word that is a form of a searched one.

    ``searched`` is what was typed, or the stems a search was read as (`rows.hits.stems`), which also marks
    synonyms and mended slips.
    """
    if isinstance(searched, str):
        searched = {stem(word) for word in query_words(searched) if not is_stop_word(word)}
    pieces, end = [], 0
    plain = str(text)
    for match in _WORD.finditer(plain):
        if any(not is_stop_word(word) and stem(word) in searched for word in words(match[0])):
            pieces += [escape(plain[end : match.start()]), mark_safe(f"<mark>{escape(match[0])}</mark>")]
            end = match.end()
    return mark_safe("".join([*pieces, escape(plain[end:])]))
