from django.db import migrations

from portal.shared.search import CreateFulltextIndex


class Migration(migrations.Migration):
    dependencies = [("feedback", "0001_initial")]

    operations = [CreateFulltextIndex("feedback_submission")]
