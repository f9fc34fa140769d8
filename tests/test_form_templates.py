"""How forms are drawn: label, hint, error, control; no asterisk; what is left to do stands first."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.template import engines
from django.utils import translation

EMPTY_STORY = "Tulis dulu ceritanya, satu kalimat pun cukup"


class Story(forms.Form):
    story = forms.CharField(
        label="Apa yang terjadi?",
        help_text="Tulis seperti bercerita ke tetangga.",
        widget=forms.Textarea,
        error_messages={"required": EMPTY_STORY},
    )
    kind = forms.ChoiceField(
        label="Mau menyampaikan apa?",
        choices=[("masalah", "Ada masalah"), ("usul", "Ada usul")],
        widget=forms.RadioSelect,
        help_text="Pilih satu.",
        error_messages={"required": "Pilih salah satu"},
    )
    photo = forms.FileField(
        label="Foto (boleh dilewati)", required=False, help_text="Satu foto sudah membantu."
    )
    agreed = forms.BooleanField(label="Boleh ditampilkan", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.disable_csrf = True
        self.helper.add_input(Submit("send", "Lanjut"))


def form_page(form: forms.Form) -> str:
    with translation.override("en"):
        return (
            engines["django"]
            .from_string("{% load crispy_forms_tags %}{% crispy form %}")
            .render({"form": form})
        )


def test_label_hint_error_and_control_stand_in_that_order() -> None:
    html = form_page(Story({}))
    for name, label in (("story", "Apa yang terjadi?"), ("kind", "Mau menyampaikan apa?")):
        field = html.split(f'id="div_id_{name}"')[1].split('id="div_id_')[0]
        order = [
            field.index(f">{label}<"),
            field.index(f'id="id_{name}_helptext"'),
            field.index(f'id="id_{name}_error"'),
            field.index(f'name="{name}"'),
        ]
        assert order == sorted(order)


def test_a_control_points_to_its_hint_and_its_error() -> None:
    html = form_page(Story({}))
    assert 'aria-describedby="id_story_helptext id_story_error"' in html
    assert '<fieldset aria-describedby="id_kind_helptext id_kind_error">' in html
    assert 'aria-invalid="true"' in html


def test_no_field_carries_an_asterisk() -> None:
    html = form_page(Story())
    assert "*" not in html
    assert "asterisk" not in html


def test_a_group_of_choices_has_a_legend_at_heading_size() -> None:
    html = form_page(Story())
    assert "<legend>Mau menyampaikan apa?</legend>" in html
    assert "fs-6" not in html


def test_a_whole_choice_card_is_the_label_and_nothing_is_chosen() -> None:
    html = form_page(Story())
    assert html.count('<label class="choice"') == 2
    assert "checked" not in html


def test_the_summary_comes_first_and_links_to_what_is_left() -> None:
    html = form_page(Story({"kind": "usul"}))
    assert "Almost done, one thing left" in html
    assert html.index('role="alert"') < html.index('id="div_id_story"')
    assert f'<a href="#id_story">{EMPTY_STORY}</a>' in html
    several = form_page(Story({}))
    assert "Almost done, a few things left" in several
    assert '<a href="#id_kind_0">Pilih salah satu</a>' in several
    assert 'id="id_kind_0"' in several


def test_a_good_form_shows_no_summary() -> None:
    html = form_page(Story({"story": "Lampu mati", "kind": "masalah"}))
    assert 'role="alert"' not in html
    assert "field--bad" not in html


def test_what_was_typed_stays() -> None:
    assert "Lampu &lt;mati&gt;" in form_page(Story({"story": "Lampu <mati>"}))
