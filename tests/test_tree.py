"""Areas and organizations that are part of one another never close into a circle."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests.builders import make_area, make_organization

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("make", [make_area, make_organization])
def test_a_circle_of_three_is_refused_and_a_chain_is_not(make: Callable[..., Any]) -> None:
    top = make("Atas")
    middle = make("Tengah", parent=top)
    bottom = make("Bawah", parent=middle)
    bottom.full_clean()
    top.parent = bottom
    with pytest.raises(ValidationError) as refusal:
        top.full_clean()
    assert refusal.value.error_dict["parent"][0].code == "circle"


@pytest.mark.parametrize("make", [make_area, make_organization])
def test_a_circle_higher_up_does_not_hang_the_form(make: Callable[..., Any]) -> None:
    one, other = make("Satu"), make("Dua")
    type(one).objects.filter(pk=one.pk).update(parent=other)
    type(one).objects.filter(pk=other.pk).update(parent=one)
    make("Tiga", parent=type(one).objects.get(pk=one.pk)).full_clean()
