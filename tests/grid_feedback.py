"""The permission grid of feedback: cases, their tracking, surveys, and the API other programs write to."""

from tests.grid_rules import EVERYONE, Rule, public

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

FEEDBACK = {**OPEN311}
