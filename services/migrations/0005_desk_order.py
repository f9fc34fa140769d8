from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("services", "0004_desk_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="service",
            index=models.Index(fields=["status", "id"], name="service_by_status"),
        ),
        migrations.AddIndex(
            model_name="service",
            index=models.Index(fields=["name", "id"], name="service_by_name"),
        ),
        migrations.AddIndex(
            model_name="service",
            index=models.Index(fields=["organization", "sort_key"], name="service_of_unit"),
        ),
    ]
