"""Rows to choose from a search: a key that no row can have is refused by the form, not by the database."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteMixin, AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError

from portal.shared.asked_lists import is_key


class Knowing(AutocompleteMixin):
    """Django's own chooser asks the database for whatever was sent, to show it as chosen."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        model = self.field.remote_field.model
        return super().optgroups(name, [one for one in value if not one or is_key(model, one)], attr)


class Chooser(Knowing, AutocompleteSelect):
    pass


class ChooserOfMany(Knowing, AutocompleteSelectMultiple):
    pass


class ManyField(forms.ModelMultipleChoiceField):
    """Of several keys the first that no row can have is named."""

    def clean(self, value: Any) -> Any:
        rows: Any = self.queryset
        for one in value if isinstance(value, list | tuple) else ():
            if not is_key(rows.model, one):
                words = {"pk": one}
                raise ValidationError(
                    self.error_messages["invalid_pk_value"], code="invalid_pk_value", params=words
                )
        return super().clean(value)
