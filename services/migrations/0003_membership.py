import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("services", "0002_fulltext"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="charter",
            options={
                "default_permissions": ("add", "change", "delete", "view", "confirm"),
                "ordering": ("-signed_on", "-pk"),
                "verbose_name": "service charter",
                "verbose_name_plural": "service charters",
            },
        ),
        migrations.AlterModelOptions(
            name="emergencynumber",
            options={
                "default_permissions": ("add", "change", "delete", "view", "confirm"),
                "ordering": ("position", "pk"),
                "verbose_name": "emergency number",
                "verbose_name_plural": "emergency numbers",
            },
        ),
        migrations.AlterModelOptions(
            name="location",
            options={
                "default_permissions": ("add", "change", "delete", "view", "confirm"),
                "ordering": ("name",),
                "verbose_name": "place",
                "verbose_name_plural": "places",
            },
        ),
        migrations.AlterModelOptions(
            name="organization",
            options={
                "default_permissions": ("add", "change", "delete", "view", "confirm"),
                "ordering": ("name",),
                "permissions": (("reach_every_unit", "Can reach the rows of every unit"),),
                "verbose_name": "organization",
                "verbose_name_plural": "organizations",
            },
        ),
        migrations.AlterModelOptions(
            name="publicwork",
            options={
                "default_permissions": ("add", "change", "delete", "view", "confirm"),
                "ordering": ("name",),
                "verbose_name": "public work",
                "verbose_name_plural": "public works",
            },
        ),
        migrations.AlterModelOptions(
            name="service",
            options={
                "default_permissions": ("add", "change", "delete", "view", "confirm"),
                "ordering": ("sort_key", "pk"),
                "permissions": (
                    ("publish_service", "Can publish, withdraw, close and reopen services"),
                    ("change_published_service", "Can correct a service residents already read"),
                ),
                "verbose_name": "service",
                "verbose_name_plural": "services",
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="services.organization",
                        verbose_name="unit",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="staff account",
                    ),
                ),
            ],
            options={
                "verbose_name": "membership",
                "verbose_name_plural": "memberships",
                "ordering": ("organization__name", "user__username"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "organization"),
                        name="membership_once",
                        violation_error_message="This account already belongs to this unit.",
                    )
                ],
            },
        ),
    ]
