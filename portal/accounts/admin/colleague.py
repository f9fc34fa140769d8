"""Accounts at the desk: who is who, with which role; passwords and second factors are only ever made anew."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from portal.accounts import letters
from portal.accounts.models import Colleague
from portal.accounts.models.colleague import hold_administrators
from portal.accounts.roles import ADMINISTRATOR, ROLE
from portal.shared.templatetags.indonesia import short_date
from services.admin.base import RecordedAdmin, Rows
from services.admin.conflict import SeenForm
from services.admin.verbs import Verb
from services.models import Membership


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Later administrators read this sentence, for example: phone lost, asked in person."),
        error_messages={"required": _("Say why, in one sentence.")},
    )


RESET_SECOND_FACTOR = Verb(
    name="reset_second_factor",
    right="change",
    label=_("Reset the second factor"),
    explanation=_(
        "For a lost phone. Make sure that it is really your colleague who asks. All their sessions end, they get a "
        "mail, and at the next sign-in they set up a new phone."
    ),
    do=lambda row, user, answers: row.reset_second_factor(by=user, at=timezone.now(), **answers),
    done=lambda n: ngettext("%(n)s second factor reset.", "%(n)s second factors reset.", n) % {"n": n},
    suits=lambda row: row.is_active,
    form=ReasonForm,
)
END_SESSIONS = Verb(
    name="end_sessions",
    right="change",
    label=_("Sign out everywhere"),
    explanation=_("Every session of this account ends at its next click. Password and second factor stay."),
    do=lambda row, user, answers: row.end_sessions(by=user, at=timezone.now(), **answers),
    done=lambda n: ngettext("%(n)s account signed out.", "%(n)s accounts signed out.", n) % {"n": n},
    form=ReasonForm,
)


class RoleChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, group: Any) -> str:
        role = ROLE.get(group.name)
        return f"{role.label}: {role.duty}" if role else group.name


FIELDS = ("username", "first_name", "last_name", "email", "groups", "is_active")


class ColleagueForm(SeenForm):
    groups = RoleChoice(
        label=_("Roles"),
        queryset=Group.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Give no more than the work needs. Without a role the desk is empty."),
    )

    class Meta:
        model = Colleague
        fields = FIELDS
        labels: ClassVar[dict[str, str | Promise]] = {
            "username": _("Sign-in name"),
            "first_name": _("First name"),
            "last_name": _("Last name"),
            "email": _("E-mail"),
            "is_active": _("In use"),
        }
        help_texts: ClassVar[dict[str, str | Promise]] = {
            "username": _("Small letters without spaces are easiest to type, for example: sari"),
            "email": _("Warnings about this account go there."),
            "is_active": _("Take this away when somebody leaves; accounts are never deleted."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "email" in self.fields:
            self.fields["email"].required = True

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if self.instance.pk and "groups" in answers:
            # Held until the change is written: two administrators may be taking each other's role away.
            hold_administrators()
            stays = answers.get("is_active") and any(g.name == ADMINISTRATOR for g in answers["groups"])
            others = Colleague.objects.administrators().exclude(pk=self.instance.pk)
            was = Colleague.objects.administrators().filter(pk=self.instance.pk).exists()
            if was and not stays and not self.instance.is_superuser and not others.exists():
                raise ValidationError(
                    _("This is the last administrator. Make somebody else one first."), code="last"
                )
        return answers


class MembershipRows(Rows):
    model = Membership
    fk_name = "user"
    fields = ("organization", "is_head")
    autocomplete_fields = ("organization",)


class RoleFilter(admin.SimpleListFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [(name, role.label) for name, role in ROLE.items()]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


class SecondFactorFilter(admin.SimpleListFilter):
    title = _("second factor")
    parameter_name = "second_factor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return (("yes", _("set up")), ("no", _("not set up yet")))

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if self.value() in {"yes", "no"}:
            return queryset.filter(has_second_factor=self.value() == "yes")
        return queryset


@admin.register(Colleague)
class ColleagueAdmin(RecordedAdmin):
    """Rights are those on Django's users, of which a colleague is one."""

    form = ColleagueForm
    inlines = (MembershipRows,)
    list_display = ("username", "name", "roles", "second_factor", "last_sign_in", "in_use")
    list_filter = (RoleFilter, SecondFactorFilter, "is_active")
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username",)
    verbs: ClassVar[tuple[Verb, ...]] = (RESET_SECOND_FACTOR, END_SESSIONS)
    change_form_template = "accounts/desk/colleague.html"

    @admin.display(description=_("name"), ordering="first_name")
    def name(self, row: Colleague) -> str:
        return row.get_full_name()

    @admin.display(description=_("roles"))
    def roles(self, row: Colleague) -> str:
        names = sorted(group.name for group in row.groups.all())
        words = [str(ROLE[name].label) if name in ROLE else name for name in names]
        return ", ".join([gettext("Superuser"), *words] if row.is_superuser else words)

    @admin.display(description=_("second factor"), ordering="has_second_factor")
    def second_factor(self, row: Any) -> str:
        return gettext("phone set up") if row.has_second_factor else gettext("no phone yet")

    @admin.display(description=_("in use"), ordering="is_active")
    def in_use(self, row: Colleague) -> str:
        return gettext("in use") if row.is_active else gettext("out of use")

    @admin.display(description=_("latest sign-in"), ordering="last_login")
    def last_sign_in(self, row: Colleague) -> str:
        if row.last_login is None:
            return gettext("never signed in")
        return gettext("last signed in %(date)s") % {"date": short_date(row.last_login)}

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        colleagues: Any = super().get_queryset(request)
        return colleagues.with_second_factor().prefetch_related("groups")

    # Who may ------------------------------------------------------------

    def may_with_users(self, request: HttpRequest, verb: str) -> bool:
        return request.user.has_perm(f"auth.{verb}_user")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_with_users(request, "add")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_with_users(request, "view") or self.may_with_users(request, "change")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Whoever could change a superuser's address or password would soon be one.
        outranks = obj is None or not obj.is_superuser or request.user.is_superuser
        return outranks and self.may_with_users(request, "change")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def may(self, request: HttpRequest, verb: Verb) -> bool:
        return self.has_change_permission(request)

    def verbs_for(self, request: HttpRequest, row: Any) -> list[Verb]:
        return super().verbs_for(request, row) if self.has_change_permission(request, row) else []

    def do(self, request: HttpRequest, verb: Verb, rows: models.QuerySet, answers: dict[str, Any]) -> None:
        if not request.user.is_superuser:
            rows = rows.exclude(is_superuser=True)
        super().do(request, verb, rows, answers)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        # Asked letter by letter in the list's address, a filter would tell the stored hash of a password.
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    # Writing ------------------------------------------------------------

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # A new account is for use.
        return FIELDS[:-1] if obj is None else FIELDS

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        if not change:
            form.instance.is_staff = True
            form.instance.set_unusable_password()
        super().save_related(request, form, formsets, change)

    def after_saving(self, instance: Colleague, form: forms.ModelForm) -> None:
        if "is_active" in form.changed_data and not instance.is_active:
            instance.after_leaving()
        former = form.initial.get("email", "")
        if "email" in form.changed_data and former:
            letters.address_changed(instance, timezone.now(), former)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().history_view(request, object_id, {"may_restore": False, **(extra_context or {})})

    # Passwords, shown once ------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        own = path(
            "<path:object_id>/new-password/",
            self.admin_site.admin_view(self.new_password),
            name="accounts_colleague_new_password",
        )
        return [own, *super().get_urls()]

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return self.give_password(request, obj)

    def new_password(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks first; the answer to the post is the only page that ever shows the password."""
        row = self.row_in_reach(request, object_id)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        if row.pk == request.user.pk:
            return HttpResponseRedirect(reverse("accounts:password"))
        if request.method == "POST":
            return self.give_password(request, row)
        return self.password_page(request, row, "")

    @method_decorator(sensitive_variables("password"))
    def give_password(self, request: HttpRequest, row: Colleague) -> HttpResponse:
        password = row.give_password(by=request.user, at=timezone.now())
        return self.password_page(request, row, password)

    def password_page(self, request: HttpRequest, row: Colleague, password: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("New password"),
            "opts": self.opts,
            "original": row,
            "password": password,
        }
        return TemplateResponse(request, "accounts/desk/new_password.html", context)
