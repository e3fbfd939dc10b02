"""Managers merge customers, administrators answer privacy requests: the built-in roles of a house in use get the words."""

from django.db import migrations

GRANTS = {
    "customer_merge": ("admin", "sales_manager", "service_manager"),
    "privacy_admin": ("admin",),
}


def grant(apps, schema_editor):
    roles = apps.get_model("accounts", "Role").objects.using(schema_editor.connection.alias)
    for word, codes in GRANTS.items():
        for role in roles.filter(code__in=codes):
            role.words = sorted({*role.words, word})
            role.save(update_fields=["words"])


def take_back(apps, schema_editor):
    for role in apps.get_model("accounts", "Role").objects.using(schema_editor.connection.alias).all():
        role.words = [word for word in role.words if word not in GRANTS]
        role.save(update_fields=["words"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_role_grant_standard_edit")]

    operations = [migrations.RunPython(grant, take_back)]
