"""What tests of the staff desk share: a full world, and filling in a form as the browser would send it."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts.models.account import account_of
from portal.accounts.roles import role_of, set_up_roles
from portal.accounts.session import begin
from portal.shared.history import Change
from services.models import (
    Area,
    Audience,
    Category,
    Channel,
    Charter,
    ClosedDay,
    EmergencyNumber,
    Location,
    Membership,
    News,
    Organization,
    PortalProfile,
    PublicWork,
    PublicWorkUpdate,
    Service,
    ServiceAtLocation,
    Synonym,
)
from tests.builders import (
    kept,
    make_area,
    make_audience,
    make_category,
    make_closed_day,
    make_emergency_number,
    make_hours,
    make_location,
    make_organization,
    make_portal,
    make_public_work,
    make_service,
    make_synonym,
    make_user,
)
from tests.news_world import make_news

NOUNS: list[type[models.Model]] = [
    Area,
    Audience,
    Category,
    Channel,
    Charter,
    ClosedDay,
    EmergencyNumber,
    Location,
    News,
    Organization,
    PortalProfile,
    PublicWork,
    Service,
    ServiceAtLocation,
    Synonym,
    Change,
]


EDITABLE_NOUNS = [model for model in NOUNS if model is not Change]


def address(model: type[models.Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def make_world(number: int) -> None:
    """One row of every noun, each related to the others; call it again for more rows."""
    area = make_area(f"Kelurahan {number}", parent=make_area(f"Kecamatan {number}", level="district"))
    agency = make_organization(f"Dinas {number}", area=area)
    unit = make_organization(f"Satuan {number}", area=area, parent=agency, phone="021 781 2345")
    place = make_location(
        f"Kantor {number}", area=area, organization=unit, hours=[("12345", "07:30", "16:00")]
    )
    topic = make_category(f"Topik {number}", parent=make_category(f"Bidang {number}"))
    service = make_service(
        f"Mengurus surat {number}",
        category=topic,
        organization=unit,
        requirements=["Fotokopi KK"],
        steps=["Datang ke loket"],
        channels=[{"kind": "phone", "label": "Telepon", "value": "112"}],
        counters=[place],
        audiences=[make_audience(f"Warga {number}")],
        areas=[area],
    )
    make_hours("12345", "08:00", "15:00", channel=service.channels.get())
    work = make_public_work(
        f"Saluran {number}", area=area, organization=unit, ends_on=date(2026, 12, 1), cost=5
    )
    kept(PublicWorkUpdate(public_work=work, date=date(2026, 11, 1), text="Galian selesai"))
    make_closed_day(date(2026, 1, number), location=place if number % 2 else None)
    kept(Membership(user=make_user(f"anggota{number}"), organization=unit))
    make_emergency_number(f"Darurat {number}", number=f"11{number}")
    make_synonym(f"surat {number}", "surat")
    make_news(f"Loket {number} tutup Jumat siang", unit=unit)
    kept(Charter(text="Kami sanggup melayani.", signed_on=date(2026, 1, number), signatory_office="Lurah"))
    if not PortalProfile.objects.exists():
        make_portal(area=area, organization=unit, office=place)


def signed_in(user: User, client: Client | None = None) -> Client:
    """A browser in which that person has given their password and their second factor."""
    client = client or Client()
    device, _made = TOTPDevice.objects.get_or_create(user=user, confirmed=True, defaults={"name": "Ponsel"})
    client.force_login(user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    begin(session, epoch=account_of(user).epoch, role=role_of(user), at=timezone.now())
    session.save()
    return client


def make_editor(*codenames: str) -> User:
    """A staff user for every unit with exactly these rights, for example "change_service"."""
    user = make_user()
    wanted = {*codenames, "reach_every_unit"}
    user.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    assert user.user_permissions.count() == len(wanted)
    return user


def make_officer(role: str, *units: Organization, name: str = "") -> User:
    """Somebody of one of the six roles, a member of these units."""
    if not Group.objects.filter(name=role, permissions__isnull=False).exists():
        # A test that empties the tables takes the groups of the migrations along.
        set_up_roles()
    user = make_user(name)
    user.groups.add(Group.objects.get(name=role))
    for unit in units:
        kept(Membership(user=user, organization=unit))
    return user


def form_data(response: Any, **changes: Any) -> dict[str, Any]:
    """Everything the form on the page would send if only `changes` were typed into it."""
    context = response.context
    forms = [context["adminform"].form]
    data: dict[str, Any] = {}
    for rows in context["inline_admin_formsets"]:
        forms += [rows.formset.management_form, *rows.formset.forms]
    for form in forms:
        for field in form:
            value = field.value()
            if value is None or value is False or value == []:
                continue
            sent = field.field.widget.format_value(value) if isinstance(value, str | list) is False else value
            data[field.html_name] = sent[0] if isinstance(sent, list) and len(sent) == 1 else sent
    data.update(changes)
    return {name: value for name, value in data.items() if value is not None}


def admin_of(model: type[models.Model]) -> admin.ModelAdmin:
    return admin.site._registry[model]
