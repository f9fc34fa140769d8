from django.db import migrations

from portal.shared.search import CreateFulltextIndex


class Migration(migrations.Migration):
    dependencies = [("services", "0001_initial")]

    operations = [
        CreateFulltextIndex("services_service"),
        CreateFulltextIndex("services_location"),
        CreateFulltextIndex("services_organization"),
        CreateFulltextIndex("services_publicwork"),
    ]
