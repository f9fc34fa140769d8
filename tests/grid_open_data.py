"""The permission grid of open data: everybody reads everything, nobody sends anything."""

from portal.open_data.shelf import DATASETS
from tests.grid_rules import Rule, public

OPEN_DATA: dict[str, Rule] = {
    **{
        name: public()
        for name in (
            *("data", "data_dcat", "data_package", "data_openapi", "data_v1"),
            *("data_services_csv", "data_services_json", "feedback_csv", "feedback_json"),
        )
    },
    **{
        f"data_{name}_{extension}": public()
        for name in DATASETS
        for extension in ("csv", "json")
        if name not in {"services", "feedback"}
    },
    **{
        name: public(lambda: {"name": "places"}) for name in ("data_set", "data_v1_rows", "data_csv_metadata")
    },
}
