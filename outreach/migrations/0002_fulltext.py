from django.db import migrations

from portal.shared.search import CreateFulltextIndex


class Migration(migrations.Migration):
    dependencies = [("outreach", "0001_initial")]

    operations = [
        CreateFulltextIndex("outreach_event"),
        CreateFulltextIndex("outreach_campaign"),
        CreateFulltextIndex("outreach_question"),
        CreateFulltextIndex("outreach_consultation"),
    ]
