"""What somebody sent after their session had ended: kept for them until they have signed in again."""

from typing import Any

from django.http import HttpRequest

KEY = "unsent"
# Longer texts than the desk's own forms hold are not worth the room.
MOST_LETTERS = 200_000
NEVER_KEPT = ("csrfmiddlewaretoken", "password")


def keep_unsent(request: HttpRequest, user: Any) -> dict[str, Any]:
    """The fields of a sent form for the next session; neither files nor anything secret."""
    if request.method != "POST" or not is_keepable(request):
        return {}
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    fields = [(name, value) for name, value in fields if not any(word in name for word in NEVER_KEPT)]
    if not fields or sum(len(name) + len(value) for name, value in fields) > MOST_LETTERS:
        return {}
    return {
        KEY: {
            "user": user.pk,
            "path": request.get_full_path(),
            "fields": fields,
            "had_files": bool(request.FILES),
        }
    }


def is_keepable(request: HttpRequest) -> bool:
    """Forms of the desk's own nouns; nothing of the door, where passwords and codes are typed."""
    match = request.resolver_match
    names = {"login", "logout", "password_change"}
    return match is not None and match.app_name == "admin" and match.url_name not in names


def unsent_of(request: HttpRequest) -> dict[str, Any] | None:
    """What waits for whoever is signed in now."""
    kept = request.session.get(KEY)
    return kept if kept and kept["user"] == request.user.pk else None


def forget(request: HttpRequest) -> None:
    request.session.pop(KEY, None)
