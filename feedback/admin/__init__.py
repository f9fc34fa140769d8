"""The triage desk: cases as files, their queues, who sent them, and the rules they follow."""

from feedback.admin import api_key, case, contact, export, history, improvement, photo, rules, survey

__all__ = ["api_key", "case", "contact", "export", "history", "improvement", "photo", "rules", "survey"]
