"""The application every server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django_application = get_wsgi_application()

# Only now can the front door import the content version, which is a model.
from portal.shared.front_door import front_door  # noqa: E402

application = front_door(django_application)
