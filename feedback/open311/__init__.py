"""Open311 GeoReport v2: other programs read released cases and, with a key, send new ones.

The standard: wiki.open311.org/GeoReport_v2. Its “service” is a kind of request; here a topic of the catalogue.
"""
