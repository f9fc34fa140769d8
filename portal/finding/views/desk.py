"""“Looked for, not found”: words to make synonyms of, or to set aside."""

from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.finding import seeking
from portal.finding.seeking import Sought

SEES = "finding.view_soughtword"
DECIDES = "services.add_synonym"


@require_http_methods(["GET", "HEAD", "POST"])
def sought_words(request: HttpRequest) -> HttpResponse:
    """The list; POST takes one word off it. A synonym is made on the synonyms' own page, prefilled."""
    may_decide = request.user.has_perm(DECIDES)
    if not request.user.has_perm(SEES) or (request.method == "POST" and not may_decide):
        raise PermissionDenied
    if request.method == "POST":
        word = request.POST.get("word", "")[: seeking.LONGEST]
        if seeking.set_aside(word, timezone.now()):
            messages.success(request, _("“%(word)s” is off the list.") % {"word": word})
        return HttpResponseRedirect(reverse("finding_desk:sought"))
    context = {
        **admin.site.each_context(request),
        "title": _("Looked for, not found"),
        "rows": [(one, ways_of(one)) for one in seeking.sought()],
        "may_decide": may_decide,
        "days": seeking.DAYS,
    }
    return TemplateResponse(request, "admin/finding/sought.html", context)


def ways_of(one: Sought) -> list[tuple[str, str]]:
    """Links to a new synonym of the word: for each catalogue word that looks like it, and for any other."""
    address = reverse("admin:services_synonym_add")
    links = [(word, f"{address}?{urlencode({'phrase': one.word, 'means': word})}") for word in one.similar]
    return [*links, ("", f"{address}?{urlencode({'phrase': one.word})}")]
