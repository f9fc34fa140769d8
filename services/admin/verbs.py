"""The model's verbs as buttons: on one row's page and, for many rows at once, in the list.

A verb that needs an answer (why? until when?) asks for it on a page of its own; the model decides whether it
may be done, and its refusal is shown in its own words.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, AdminForm
from django.contrib.admin.utils import unquote
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from services.admin.fields import NativeDateInput
from services.admin.reach import WithinReach

Text = str | Promise
NAMES_SHOWN = 20


class WhyForm(forms.Form):
    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Residents and later editors read this sentence."),
        error_messages={"required": _("Say why, in one sentence.")},
    )


class WithdrawingForm(WhyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("Later editors read this sentence; residents do not see it.")


class ClosingForm(WhyForm):
    from_day = forms.DateField(
        label=_("First day closed"),
        widget=NativeDateInput,
        error_messages={"required": _("Choose the first day on which nobody is served.")},
    )
    until = forms.DateField(
        label=_("Last day closed"),
        widget=NativeDateInput,
        required=False,
        help_text=_("Leave empty if nobody knows yet."),
    )
    field_order = ("from_day", "until", "reason")

    def clean_until(self) -> Any:
        from_day, until = self.cleaned_data.get("from_day"), self.cleaned_data.get("until")
        if from_day and until and until < from_day:
            raise ValidationError(_("The last day lies before the first day."), code="dates")
        return until


class ConfirmingForm(forms.Form):
    on_behalf_of = forms.CharField(
        label=_("Who checked it?"),
        max_length=150,
        required=False,
        help_text=_("The office, for example: Seksi Pemerintahan. Leave empty if you checked it yourself."),
    )


@dataclass(frozen=True)
class Verb:
    """One verb: its button, what its page explains and asks, and the call on the model.

    `right` is the permission it takes, as in publish_service; `suits` says on which rows the button makes
    sense; `form` None means that nothing is asked.
    """

    name: str
    right: str
    label: Text
    explanation: Text
    do: Callable[[Any, Any, dict[str, Any]], None]
    done: Callable[[int], str]
    suits: Callable[[Any], bool] = lambda row: True
    form: type[forms.Form] | None = None


class VerbAdmin(WithinReach, admin.ModelAdmin):
    """Offers `verbs` in the list and on each row's page to whoever has the right to them."""

    verbs: ClassVar[tuple[Verb, ...]] = ()

    def get_urls(self) -> list[Any]:
        if not self.verbs:
            return list(super().get_urls())
        name = f"{self.opts.app_label}_{self.opts.model_name}_verb"
        own = path(
            "<path:object_id>/verb/<slug:verb>/", self.admin_site.admin_view(self.verb_view), name=name
        )
        return [own, *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        mine = [verb for verb in self.verbs if self.may(request, verb)]
        return actions | {verb.name: (as_action(verb), verb.name, str(verb.label)) for verb in mine}

    def may(self, request: HttpRequest, verb: Verb) -> bool:
        right = get_permission_codename(verb.right, self.opts)
        return request.user.has_perm(f"{self.opts.app_label}.{right}")

    def verbs_for(self, request: HttpRequest, row: Any) -> list[Verb]:
        return [verb for verb in self.verbs if self.may(request, verb) and verb.suits(row)]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        verbs = self.verbs_for(request, row) if row else []
        return super().change_view(request, object_id, form_url, {"verbs": verbs, **(extra_context or {})})

    def verb_view(self, request: HttpRequest, object_id: str, verb: str) -> HttpResponse:
        """The page of one verb for one row; asking is a GET, doing is a POST."""
        row = self.row_in_reach(request, object_id)
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
        chosen = next((one for one in self.verbs if one.name == verb), None)
        if chosen is None:
            return HttpResponseRedirect(back)
        if not self.may(request, chosen):
            raise PermissionDenied
        rows = self.get_queryset(request).filter(pk=row.pk)
        data = request.POST if request.method == "POST" else None
        return self.ask_and_do(request, chosen, rows, data, back) or HttpResponseRedirect(back)

    def ask_and_do(
        self, request: HttpRequest, verb: Verb, rows: models.QuerySet, data: Any, back: str
    ) -> HttpResponse | None:
        """Shows the verb's page until it is answered; None when it was done."""
        form = (verb.form or forms.Form)(data)
        if data is None or not form.is_valid():
            return self.verb_page(request, verb, rows, form, back)
        self.do(request, verb, rows, form.cleaned_data)
        return None

    def do(self, request: HttpRequest, verb: Verb, rows: models.QuerySet, answers: dict[str, Any]) -> None:
        done = 0
        for row in rows:
            try:
                verb.do(row, request.user, answers)
                done += 1
            except ValidationError as refusal:
                words = {"name": row, "problem": " ".join(refusal.messages)}
                self.message_user(request, gettext("%(name)s: %(problem)s") % words, messages.ERROR)
        if done:
            self.message_user(request, verb.done(done), messages.SUCCESS)

    def verb_page(
        self, request: HttpRequest, verb: Verb, rows: models.QuerySet, form: forms.Form, back: str
    ) -> HttpResponse:
        count = rows.count()
        context = {
            **self.admin_site.each_context(request),
            "title": verb.label,
            "verb": verb,
            "form": form,
            "adminform": AdminForm(form, [(None, {"fields": list(form.fields)})], {}, model_admin=self),  # type: ignore[arg-type]
            "rows": rows[:NAMES_SHOWN],
            "row_keys": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "is_everything": request.POST.get("select_across") == "1",
            "more": max(0, count - NAMES_SHOWN),
            "back": back,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/desk/verb.html", context)


def as_action(verb: Verb) -> Callable[[VerbAdmin, HttpRequest, models.QuerySet], HttpResponse | None]:
    """The verb for the rows ticked in a list; asks first when the verb has a form."""

    def action(desk: VerbAdmin, request: HttpRequest, rows: models.QuerySet) -> HttpResponse | None:
        answered = verb.form is None or "answered" in request.POST
        return desk.ask_and_do(
            request, verb, rows, request.POST if answered else None, request.get_full_path()
        )

    return action


# The verbs -----------------------------------------------------------------------------------------------

CONFIRM = Verb(
    name="confirm",
    right="confirm",
    label=_("Confirm the facts"),
    explanation=_(
        "Only when the unit itself has checked every fact: "
        "residents will no longer see “example, not confirmed yet”."
    ),
    do=lambda row, user, answers: row.confirm(by=user, **answers),
    done=lambda n: ngettext("%(n)s entry confirmed.", "%(n)s entries confirmed.", n) % {"n": n},
    form=ConfirmingForm,
)
PUBLISH = Verb(
    name="publish",
    right="publish",
    label=_("Publish"),
    explanation=_("Residents will find this service from now on."),
    do=lambda row, user, answers: row.publish(by=user),
    done=lambda n: ngettext("%(n)s service published.", "%(n)s services published.", n) % {"n": n},
    suits=lambda row: row.status != "published",
)
WITHDRAW = Verb(
    name="withdraw",
    right="publish",
    label=_("Withdraw"),
    explanation=_(
        "Residents will no longer find this service. Nothing is deleted; you can publish it again."
    ),
    do=lambda row, user, answers: row.withdraw(by=user, **answers),
    done=lambda n: ngettext("%(n)s service withdrawn.", "%(n)s services withdrawn.", n) % {"n": n},
    suits=lambda row: row.status == "published",
    form=WithdrawingForm,
)
CLOSE = Verb(
    name="close_temporarily",
    right="publish",
    label=_("Close for a time"),
    explanation=_("The page stays, and tells residents that nobody is served on these days, and why."),
    do=lambda row, user, answers: row.close_temporarily(by=user, **answers),
    done=lambda n: (
        ngettext(
            "%(n)s service will show that it is closed.", "%(n)s services will show that they are closed.", n
        )
        % {"n": n}
    ),
    suits=lambda row: row.closed_from is None,
    form=ClosingForm,
)
REOPEN = Verb(
    name="reopen",
    right="publish",
    label=_("Open again"),
    explanation=_("Ends the closing now."),
    do=lambda row, user, answers: row.reopen(by=user),
    done=lambda n: ngettext("%(n)s service is open again.", "%(n)s services are open again.", n) % {"n": n},
    suits=lambda row: row.closed_from is not None,
)
