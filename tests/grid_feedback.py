"""The permission grid of feedback: cases, their tracking, surveys, and the API other programs write to."""

from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.utils import timezone

from portal.accounts.roles import ADMINISTRATOR, AUDITOR, CLERK, COORDINATOR, FIELD_OFFICER, UNIT_OFFICER
from portal.shared import durable
from tests.grid_rules import EVERYONE, NONE, SUPERUSER, Rule, desk, noun, public, row_of

XML = {"extension": "xml"}

OPEN311 = {
    "open311:discovery": public(),
    "open311:services": public(lambda: XML),
    "open311:service": public(lambda: {**XML, "code": "lainnya"}),
    # Whoever writes shows a key; without one nobody, staff or not, makes a case.
    "open311:requests": Rule(EVERYONE, EVERYONE, lambda: XML, answers=(200, 403)),
    "open311:request": public(lambda: {**XML, "number": "2611-000000-0"}, answers=(404,)),
    "open311:token": public(lambda: {**XML, "token": "tidak-ada"}, answers=(404,)),
}

KEEPERS = frozenset({ADMINISTRATOR, SUPERUSER})


def a_key() -> dict[str, Any]:
    keys = apps.get_model("feedback.ApiKey").objects
    if not keys.exists():
        keys.create(name="Aplikasi contoh", key_hash="0" * 64, beginning="abcdef", made_at=timezone.now())
    return row_of("feedback.ApiKey")()


KEYS = {
    **noun(
        "feedback.ApiKey",
        view={ADMINISTRATOR, AUDITOR},
        add={ADMINISTRATOR},
        change={ADMINISTRATOR},
        never={"delete"},
    ),
    "admin:feedback_apikey_verb": Rule(KEEPERS, KEEPERS, lambda: {**a_key(), "verb": "revoke"}),
    "admin:feedback_apikey_new_key": Rule(KEEPERS, KEEPERS, a_key),
    "admin:feedback_apikey_history": desk(
        {ADMINISTRATOR, AUDITOR}, {ADMINISTRATOR, AUDITOR, SUPERUSER}, fill=a_key
    ),
}

VOICE = {
    **{f"feedback:{name}": public() for name in ("answers", "improvements", "statistics")},
    **{f"feedback_{kind}": public() for kind in ("csv", "json")},
    "feedback:answer": public(lambda: {"number": "2611-000000-0"}, answers=(404,)),
    # Without a page to correct there is nothing to send; tests/test_feedback_corrections.py sends.
    "feedback:correct": Rule(EVERYONE, EVERYONE, answers=(404,)),
}

# Everybody tells, without an account; a page asked out of turn leads to the first.
TELLING = {
    **{
        f"feedback:{name}": Rule(EVERYONE, EVERYONE)
        for name in ("tell", "tell_story", "tell_place", "tell_send")
    },
    **{
        f"feedback:{name}": Rule(NONE, EVERYONE, answers=(302,), refusals=(405,))
        for name in ("tell_discard", "tell_close")
    },
    "feedback:on_phone": public(),
    # For our own script alone, which says so; tests/test_from_phone.py sends.
    **{
        f"feedback:{name}": Rule(NONE, NONE, answers=(405, 403), refusals=(405, 403))
        for name in ("from_phone", "phone_receipt")
    },
    "feedback:tell_saved": Rule(EVERYONE, NONE, answers=(302,), refusals=(405,)),
    "feedback:tell_receipt": Rule(EVERYONE, NONE, answers=(302,), refusals=(405,)),
    "feedback:tell_photo": Rule(EVERYONE, NONE, lambda: {"pk": 1}, answers=(404,), refusals=(405,)),
}

# Whoever has number and secret, which nobody of this grid has: everybody is led to the page that asks for them.
FOLLOWING = {
    "feedback:track": Rule(EVERYONE, EVERYONE),
    **{
        f"feedback:{name}": Rule(EVERYONE, EVERYONE, answers=(302,))
        for name in (
            "case",
            "case_message",
            "case_rating",
            "case_contact",
            "case_copy",
            "case_all",
            "case_erase",
        )
    },
    "feedback:case_photo": Rule(EVERYONE, EVERYONE, lambda: {"pk": 1}, answers=(302,)),
    "feedback:case_close": Rule(NONE, EVERYONE, answers=(302,), refusals=(405,)),
}

# Whoever takes cases in looks after their photos; whoever reads cases looks at them.
PHOTO_KEEPERS = frozenset({CLERK, COORDINATOR, SUPERUSER})
PHOTO_READERS = frozenset({CLERK, UNIT_OFFICER, COORDINATOR, AUDITOR})


def photo() -> dict[str, Any]:
    return {"pk": row_of("feedback.Photo")()["object_id"]}


def photo_file() -> dict[str, Any]:
    """The same, with its file where this test keeps uploads."""
    for one in apps.get_model("feedback.Photo")._default_manager.all():
        if not default_storage.exists(one.name):
            durable.store(one.name, b"a picture")
    return photo()


PHOTOS = {
    **noun("feedback.Photo", view=PHOTO_READERS, never={"add", "change", "delete"}),
    "admin:feedback_photo_verb": Rule(
        PHOTO_KEEPERS, PHOTO_KEEPERS, lambda: {**row_of("feedback.Photo")(), "verb": "describe"}
    ),
    "admin:feedback_photo_cover": Rule(PHOTO_KEEPERS, PHOTO_KEEPERS, photo),
    "admin:feedback_photo_file": desk(PHOTO_READERS, fill=photo_file, refusals=(302, 403, 404, 405)),
    "feedback:photo_avif": public(lambda: {"name": "0" * 32}, answers=(404,)),
    "feedback:photo_jpeg": public(lambda: {"name": "0" * 32}, answers=(404,)),
    "feedback:photo_webp": public(lambda: {"name": "0" * 32}, answers=(404,)),
}

# Whoever may read cases; and whom each kind of move is for. In the grid's world one case lies with everybody's unit.
CASE_READERS = frozenset({CLERK, UNIT_OFFICER, COORDINATOR, AUDITOR})
CASE_TAKERS = frozenset({CLERK, COORDINATOR, SUPERUSER})
CASE_ANSWERERS = CASE_TAKERS | {UNIT_OFFICER}
RULE_READERS = CASE_READERS | {ADMINISTRATOR}
RULE_KEEPERS = frozenset({COORDINATOR, ADMINISTRATOR})


def case_verb(verb: str, who: frozenset[str]) -> Rule:
    return Rule(who, who, lambda: {**row_of("feedback.Submission")(), "verb": verb})


def rules(name: str) -> dict[str, Rule]:
    keepers = {"add": RULE_KEEPERS, "change": RULE_KEEPERS, "delete": RULE_KEEPERS}
    return noun(f"feedback.{name}", view=RULE_READERS, **keepers)


TRIAGE = {
    **noun("feedback.Submission", view=CASE_READERS, never={"add", "change", "delete"}),
    "admin:feedback_submission_verb": case_verb("answer", CASE_ANSWERERS),
    "admin:feedback_submission_contact": Rule(CASE_TAKERS, CASE_TAKERS, row_of("feedback.Submission")),
    # Field officers write down what they are told at a door, and read no case.
    "admin:feedback_submission_entry": Rule(CASE_TAKERS | {FIELD_OFFICER}, CASE_TAKERS | {FIELD_OFFICER}),
    "admin:feedback_submission_export": Rule(
        frozenset({COORDINATOR, SUPERUSER}), frozenset({COORDINATOR, SUPERUSER})
    ),
    **noun("feedback.ContactOpening", view={COORDINATOR, AUDITOR}, never={"add", "change", "delete"}),
    **rules("DeadlineRule"),
    **rules("TriageRule"),
    **rules("AnswerTemplate"),
    **rules("SensitiveCategory"),
    **rules("UnitCalendar"),
    **noun(
        "feedback.Improvement",
        view=CASE_READERS,
        add={CLERK, COORDINATOR},
        change={CLERK, COORDINATOR},
        delete={COORDINATOR},
    ),
    "admin:feedback_improvement_verb": Rule(
        frozenset({COORDINATOR, SUPERUSER}),
        frozenset({COORDINATOR, SUPERUSER}),
        lambda: {**row_of("feedback.Improvement")(), "verb": "publish"},
    ),
}

FEEDBACK = {**FOLLOWING, **TELLING, **TRIAGE, **PHOTOS, **VOICE, **OPEN311, **KEYS}
