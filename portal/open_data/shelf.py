"""All data sets, in the order in which they are offered. Their names are addresses and never change."""

from portal.open_data.catalogue import PLACES, SERVICES
from portal.open_data.dataset import Dataset
from portal.open_data.meetings import EVENTS, NEWS
from portal.open_data.results import FEEDBACK, RESULTS, SATISFACTION

DATASETS: dict[str, Dataset] = {
    one.name: one for one in (SERVICES, PLACES, EVENTS, NEWS, FEEDBACK, SATISFACTION, RESULTS)
}
EXTENSIONS = ("csv", "json")
MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
