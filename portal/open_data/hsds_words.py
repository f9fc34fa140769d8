"""What of HSDS, the Human Services Data Specification, our data fill, in words for people."""

from django.utils.translation import gettext_lazy as _

# The lists one can ask for, by the names of their addresses.
HSDS_LISTS = ("hsds_services", "hsds_organizations", "hsds_counters", "hsds_taxonomies", "hsds_terms")

# Of HSDS (Human Services Data Specification) 3 what we can fill: its object, and what of ours stands in it.
HSDS_OBJECTS = (
    (
        "service",
        _(
            "name, the answer in one sentence, steps, whom it is for, whether it is open or closed for a while"
        ),
    ),
    ("organization", _("who provides it, with the office above and its contacts")),
    (
        "location",
        _("a place with address, coordinates, access and opening hours; a website is a virtual place"),
    ),
    ("service_at_location", _("a service at a counter, with hours of its own")),
    ("schedule", _("weekly opening hours with their distance from UTC; dated hours replace the usual ones")),
    ("phone", _("phone and WhatsApp numbers")),
    (
        "address",
        _("street, city or regency, province, postcode; a line HSDS demands and nobody knows is empty"),
    ),
    ("required_document", _("what to prepare, with its condition")),
    ("cost_option", _("the fee in rupiah; missing means not stated, 0 means free")),
    ("service_area", _("for residents of which areas")),
    ("taxonomy_term", _("fields, topics and audiences")),
    (
        "attribute",
        _("source, caution, and whether the unit has confirmed the facts (link_type “provenance”)"),
    ),
)
