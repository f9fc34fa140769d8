"""What the catalogue can be narrowed by, and whose portal this is: read once for each version of the content."""

from dataclasses import dataclass

from django.db.models import Exists
from django.utils import timezone

from portal.shared.memo import per_content_version
from services.models import Area, Audience, Category, EmergencyNumber, News, PortalProfile, Service, Synonym


@dataclass(frozen=True)
class Facets:
    """The words the catalogue can be narrowed by, by slug; only words some published service answers to.

    ``categories`` holds every category by its key, with its sector.
    """

    sectors: dict[str, Category]
    topics: dict[str, Category]
    audiences: dict[str, Audience]
    areas: dict[str, Area]
    categories: dict[int, Category]

    def topics_of(self, sector: Category) -> list[Category]:
        return [topic for topic in self.topics.values() if topic.parent_id == sector.pk]


@per_content_version
def facets() -> Facets:
    services = Service.objects.published()
    used = set(services.order_by().values_list("category", flat=True).distinct())
    categories = list(Category.objects.select_related("parent"))
    topics = {one.slug: one for one in categories if one.parent_id and one.pk in used}
    with_topics = used | {one.parent_id for one in topics.values()}
    audiences = Audience.objects.filter(services__in=services.order_by().values("pk")).distinct()
    counters = services.order_by().values("counters__location__area")
    areas = Area.objects.filter(pk__in=counters).order_by("name")
    return Facets(
        sectors={one.slug: one for one in categories if one.parent_id is None and one.pk in with_topics},
        topics=topics,
        audiences={one.slug: one for one in audiences},
        areas={one.slug: one for one in areas},
        categories={one.pk: one for one in categories},
    )


@per_content_version
def profile() -> PortalProfile | None:
    """With `has_notices`: whether the notice board (`notices.py`) is worth reading at all."""
    notices = News.objects.unfinished(timezone.now()).order_by()
    profiles = PortalProfile.objects.annotate(has_notices=Exists(notices))
    return profiles.select_related("area", "organization", "office__area").first()


@per_content_version
def emergency_numbers() -> list[EmergencyNumber]:
    return list(EmergencyNumber.objects.all())


@per_content_version
def synonyms() -> list[tuple[str, str]]:
    return list(Synonym.objects.values_list("phrase", "means"))
