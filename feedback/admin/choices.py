"""Fields of the desk's forms that choose among rows."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from services.models import Category, Organization, Service


def categories() -> Any:
    return (
        Category.objects.filter(parent__isnull=False)
        .select_related("parent")
        .order_by("parent__position", "position", "name")
    )


def units() -> Any:
    """Parts of the government; associations and businesses handle no cases."""
    kinds = (
        Organization.Kind.AGENCY,
        Organization.Kind.UNIT,
        Organization.Kind.COUNTER,
        Organization.Kind.SCHOOL,
    )
    return Organization.objects.filter(kind__in=kinds).order_by("name")


def colleagues() -> Any:
    """Whoever may answer cases, by name."""
    users: Any = get_user_model()._default_manager
    return (
        users.filter(is_active=True, groups__permissions__codename="answer_submission")
        .distinct()
        .order_by("first_name", "username")
    )


class TopicField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.parent.name}: {obj.name}" if obj.parent else str(obj.name)


class ColleagueField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.get_full_name() or obj.get_username())


class ServiceField(forms.CharField):
    """A service by the last word of its address; the whole address may be pasted."""

    default_error_messages = {"unknown": _("There is no service at this address. Copy it from its page.")}

    def prepare_value(self, value: Any) -> Any:
        return value.slug if isinstance(value, Service) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip().split("?")[0].rstrip("/").rpartition("/")[2]
        if not text:
            return None
        found = Service.objects.filter(slug=text).first() or Service.objects.filter(code=text).first()
        if found is None:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        return found
