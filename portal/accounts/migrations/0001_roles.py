from typing import Any

from django.db import migrations

from portal.accounts.roles import set_up_roles


def make_roles(apps: Any, schema_editor: Any) -> None:
    set_up_roles()


class Migration(migrations.Migration):
    """The six roles are there as soon as there are tables; `manage.py prepare` keeps their rights as written."""

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("services", "0003_membership"),
    ]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
