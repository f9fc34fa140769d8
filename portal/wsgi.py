"""The application every server runs."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django_application = get_wsgi_application()

# Only now can the front door import the content version, which is a model.
from portal.shared.front_door import front_door  # noqa: E402
from portal.shared.request_log import request_log  # noqa: E402

application = request_log(front_door(django_application), django_application)

# What is loaded by now stays to the end: the collector need not look through it while pages are made, nor
# look for cycles as often as Python's default, which is meant for much smaller programs.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)
