"""Addresses of files and programs below /data/; the pages for people stand in both languages in portal/urls.py.

The files of `feedback` stay with its own views, which also take a single year.
"""

from django.urls import path

from feedback.views import statistics
from portal.open_data import api, views
from portal.open_data.shelf import DATASETS, EXTENSIONS

OWN_FILES = {"feedback": {"csv": statistics.statistics_csv, "json": statistics.statistics_json}}
# The names by which the first files were always asked for.
NAMES = {"services": "data_services_{}", "feedback": "feedback_{}"}

urlpatterns = [
    path("dcat.json", views.data_dcat, name="data_dcat"),
    path("datapackage.json", views.data_package, name="data_package"),
    path("openapi.json", views.data_openapi, name="data_openapi"),
    path("v1/", api.index, name="data_v1"),
    path("v1/<slug:name>", api.rows, name="data_v1_rows"),
    path("<slug:name>.csv-metadata.json", views.csv_metadata, name="data_csv_metadata"),
    *(
        path(
            f"{name}.{extension}",
            OWN_FILES[name][extension] if name in OWN_FILES else views.data_file,
            {} if name in OWN_FILES else {"name": name, "extension": extension},
            name=NAMES.get(name, f"data_{name}_{{}}").format(extension),
        )
        for name in DATASETS
        for extension in EXTENSIONS
    ),
]
