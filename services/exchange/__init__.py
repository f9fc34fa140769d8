"""The nouns clerks keep in spreadsheets, as tables to import and export."""

from services.exchange import catalogue, places, words

__all__ = ["catalogue", "places", "words"]
