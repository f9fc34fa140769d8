"""“Tell me on this phone”, asked on the receipt of a registration or on one's own registration."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from outreach.forgetting import over
from outreach.models import Registration
from outreach.views.own_registration import own_registration
from portal.shared.push.models import Topic
from portal.shared.push.wishing import wished


@require_POST
@own_registration
def registration_news(request: HttpRequest, registration: Registration, code: str) -> HttpResponse:
    """For whoever has just registered, or opened it with the code of the receipt."""
    is_over = over(timezone.now()).filter(pk=registration.pk).exists()
    return wished(request, Topic.registration(registration.pk), is_over=is_over)
