"""Our nouns as HSDS objects. What is not known is left out: an empty text or a zero would say something."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse

from portal.hsds.identifiers import (
    identifier,
    location_id,
    organization_id,
    service_id,
    taxonomy_id,
    term_id,
)
from portal.hsds.places import address, schedules
from services.models import Audience, Category, Channel, Location, Organization, Service, ServiceAtLocation
from services.models.provenance import Sourced

Object = dict[str, Any]
RUPIAH = "IDR"

TAXONOMIES = {
    "category": ("Fields and topics", "What a service is about: sectors and, below them, topics."),
    "audience": ("Audiences", "Whom a service is for."),
    "provenance": (
        "Provenance",
        "Where the facts come from, and whether the unit itself has confirmed them.",
    ),
}
PROVENANCE = {
    "confirmation": "confirmed: the unit itself has checked the facts; example: nobody has yet",
    "checked_by": "who confirmed the facts",
    "source": "where the facts were read",
    "source_scope": "whose rule the source describes",
    "source_year": "year of the source",
    "source_read_on": "day the source was read",
    "caution": "what to check before relying on the facts",
}


def known(facts: Mapping[str, Any]) -> Object:
    """Without what is unknown; false and zero are facts."""
    return {name: value for name, value in facts.items() if value is not None and value != "" and value != []}


def page_url(noun: Any) -> str:
    return f"{settings.SITE_URL}{noun.get_absolute_url()}"


def day(value: date | None) -> str | None:
    return value.isoformat() if value else None


# Services ------------------------------------------------------------


def service_summary(service: Service, today: date) -> Object:
    """A service with the fields that hold one value each; the nested organization is only named."""
    return known(
        {
            "id": service_id(service),
            "organization_id": organization_id(service.organization),
            "name": service.name,
            "alternate_name": service.short_name,
            "description": "\n\n".join(filter(None, [service.summary, service.output])),
            "url": page_url(service),
            "email": next((one.value for one in service.channels.all() if one.kind == one.Kind.EMAIL), ""),
            "status": "temporarily closed" if service.is_closed_on(today) else "active",
            "application_process": steps(service),
            "fees_description": service.fee_note,
            "eligibility_description": ", ".join(one.name for one in service.audiences.all()),
            "assured_date": day(service.checked_on),
            "alert": alert(service, today),
            "organization": organization_summary(service.organization),
        }
    )


def service_whole(service: Service, today: date) -> Object:
    """A service with everything that is known of it."""
    own = service_id(service)
    return service_summary(service, today) | known(
        {
            "phones": [found for channel in service.channels.all() if (found := phone(channel, own))],
            "schedules": [
                one
                for channel in service.channels.all()
                for one in schedules("channel", channel.hours.all(), {"service_id": own})
            ],
            "service_areas": service_areas(service),
            "service_at_locations": [
                *(counter_whole(counter, service) for counter in service.counters.all()),
                *(found for channel in service.channels.all() if (found := online(channel, service))),
            ],
            "cost_options": cost_options(service),
            "required_documents": [
                {
                    "id": identifier("required_document", service.code, row.position, row.text),
                    "service_id": own,
                }
                | {"document": str(row) + (f" ({row.note})" if row.note else "")}
                for row in service.requirements.all()
            ],
            "attributes": [
                attribute(own, "service", "category", term(service.category)),
                *(attribute(own, "service", "audience", term(one)) for one in service.audiences.all()),
                *provenance(service, own, "service"),
            ],
        }
    )


def steps(service: Service) -> str:
    rows = service.steps.all()
    return "\n".join(f"{number}. {row.title}" for number, row in enumerate(rows, start=1))


def alert(service: Service, today: date) -> str:
    """What a reader must be told first: that it is closed, and that nobody has confirmed the facts."""
    said = []
    if service.is_closed_on(today):
        said.append(f"Tutup sementara: {service.closed_reason}")
    if not service.is_confirmed:
        said.append("Contoh, belum dikonfirmasi oleh unitnya.")
    return " ".join(said)


def cost_options(service: Service) -> list[Object]:
    """The fee, only where it is known; free is a fee of 0."""
    if service.fee_amount is None:
        return []
    amount = Decimal(service.fee_amount)
    option = {
        "id": identifier("cost_option", service.code),
        "service_id": service_id(service),
        "currency": RUPIAH,
        "amount": int(amount) if amount == amount.to_integral_value() else float(amount),
        "amount_description": service.fee_note,
    }
    return [known(option)]


def service_areas(service: Service) -> list[Object]:
    return [
        {
            "id": identifier("service_area", service.code, area.slug),
            "service_id": service_id(service),
            "name": area.long_name,
            "extent_type": "text",
            "extent": area.long_name,
            "uri": page_url(area),
        }
        for area in service.areas.all()
    ]


def phone(channel: Channel, service: str) -> Object | None:
    kinds = {Channel.Kind.PHONE: "voice", Channel.Kind.WHATSAPP: "text"}
    if channel.kind not in kinds or not channel.value:
        return None
    words = " – ".join(filter(None, [channel.label, channel.note]))
    described = f"WhatsApp: {words}" if channel.kind == Channel.Kind.WHATSAPP else words
    found = number("channel", service, channel.value, kinds[Channel.Kind(channel.kind)], described)
    return found | {"service_id": service}


def number(owner: str, key: object, value: str, kind: str, description: str = "") -> Object:
    facts = {"id": identifier("phone", owner, key, value), "number": value, "type": kind}
    return known(facts | {"description": description})


# Places ------------------------------------------------------------


def counter_summary(counter: ServiceAtLocation, code: str) -> Object:
    slug = counter.location.slug
    return known(
        {
            "id": identifier("service_at_location", code, slug, counter.counter),
            "service_id": identifier("service", code),
            "location_id": location_id(slug),
            "description": " – ".join(filter(None, [counter.counter, counter.note])),
        }
    )


def counter_whole(counter: ServiceAtLocation, service: Service) -> Object:
    own = counter_summary(counter, service.code)
    return own | known(
        {
            "schedules": schedules("counter", counter.hours.all(), {"service_at_location_id": own["id"]}),
            "location": location_whole(counter.location),
        }
    )


def online(channel: Channel, service: Service) -> Object | None:
    """A website or an app is a virtual place."""
    if channel.kind not in {Channel.Kind.WEBSITE, Channel.Kind.APP}:
        return None
    place = identifier("location", "channel", service.code, channel.position, channel.label)
    return {
        "id": identifier("service_at_location", service.code, "channel", channel.position, channel.label),
        "service_id": service_id(service),
        "location_id": place,
        "location": known(
            {
                "id": place,
                "location_type": "virtual",
                "name": channel.label,
                "description": channel.note,
                "url": channel.url,
            }
        ),
    }


def location_whole(location: Location) -> Object:
    own = location_id(location.slug)
    return known(
        {
            "id": own,
            "location_type": "physical",
            "url": page_url(location),
            "organization_id": organization_id(location.organization) if location.organization else None,
            "name": location.name,
            "description": location.quality,
            "latitude": None if location.latitude is None else float(location.latitude),
            "longitude": None if location.longitude is None else float(location.longitude),
            "external_identifier": location.official_code,
            "addresses": address(location),
            "phones": [number("location", location.slug, location.phone, "voice")] if location.phone else [],
            "accessibility": accessibility(location),
            "schedules": schedules("location", location.hours.all(), {"location_id": own}),
            "attributes": provenance(location, own, "location"),
        }
    )


def accessibility(location: Location) -> list[Object]:
    """What somebody has looked at, yes or no; what nobody has is not said."""
    own = location_id(location.slug)
    found = [
        {"id": identifier("accessibility", location.slug, label), "location_id": own}
        | {"description": label, "details": "Ya" if answer else "Tidak"}
        for label, answer in location.accessibility
        if answer is not None
    ]
    if location.accessibility_note:
        note = {"id": identifier("accessibility", location.slug), "location_id": own}
        found.append(note | {"description": location.accessibility_note})
    return found


# Organizations ------------------------------------------------------------


def organization_summary(organization: Organization) -> Object:
    parent = organization.parent
    facts = known(
        {
            "id": organization_id(organization),
            "name": organization.name,
            "alternate_name": organization.short_name,
            "email": organization.email,
            "website": organization.website,
            "uri": page_url(organization),
            "parent_organization_id": organization_id(parent) if parent else None,
        }
    )
    # HSDS demands a description; the kind of office is one we always know.
    return facts | {"description": organization.about or str(organization.get_kind_display())}


def organization_whole(organization: Organization) -> Object:
    own = organization_id(organization)
    numbers = [
        number("organization", organization.slug, organization.phone, "voice") if organization.phone else {},
        number("organization", organization.slug, organization.whatsapp, "text", "WhatsApp")
        if organization.whatsapp
        else {},
    ]
    return organization_summary(organization) | known(
        {
            "phones": [one | {"organization_id": own} for one in numbers if one],
            "locations": [location_whole(one) for one in organization.locations.all()],
            "attributes": provenance(organization, own, "organization"),
        }
    )


# Terms and provenance ------------------------------------------------------------


def taxonomy(kind: str) -> Object:
    name, description = TAXONOMIES[kind]
    return {"id": taxonomy_id(kind), "name": name, "description": description, "uri": data_url()}


def data_url() -> str:
    return f"{settings.SITE_URL}{reverse('data')}"


def term(noun: Category | Audience) -> Object:
    if isinstance(noun, Audience):
        return bare_term("audience", noun.slug, noun.name, noun.name_en)
    above = noun.parent
    facts = {"parent_id": term_id("category", above.slug) if above else None, "term_uri": page_url(noun)}
    return bare_term("category", noun.slug, noun.name, noun.name_en) | known(facts)


def bare_term(kind: str, code: str, name: str, description: str) -> Object:
    return {
        "id": term_id(kind, code),
        "code": code,
        "name": name,
        "description": description or name,
        "taxonomy": TAXONOMIES[kind][0],
        "taxonomy_id": taxonomy_id(kind),
        "language": "id",
    }


def provenance_terms() -> list[Object]:
    return [
        bare_term("provenance", code, code, words) | {"language": "en"} for code, words in PROVENANCE.items()
    ]


def attribute(owner: str, entity: str, kind: str, about: Object, value: str = "") -> Object:
    facts = {
        "id": identifier("attribute", owner, kind, about["code"]),
        "link_id": owner,
        "link_type": kind,
        "link_entity": entity,
        "taxonomy_term_id": about["id"],
        "value": value,
        "taxonomy_term": about,
    }
    return known(facts)


def provenance(fact: Sourced, owner: str, entity: str) -> list[Object]:
    """The source travels with the fact, and so does the doubt."""
    values = {
        "confirmation": "confirmed" if fact.is_confirmed else "example",
        "checked_by": fact.checked_by_name,
        "source": fact.source,
        "source_scope": fact.scope,
        "source_year": fact.source_year,
        "source_read_on": day(fact.read_on) or "",
        "caution": fact.caution,
    }
    terms = {one["code"]: one for one in provenance_terms()}
    return [
        attribute(owner, entity, "provenance", terms[code], value) for code, value in values.items() if value
    ]
