"""Managers keep the service standards: the built-in roles of a house already in use get the word."""

from django.db import migrations

WORD, CODES = "standard_edit", ("sales_manager", "service_manager")


def grant(apps, schema_editor):
    for role in apps.get_model("accounts", "Role").objects.using(schema_editor.connection.alias).filter(code__in=CODES):
        role.words = sorted({*role.words, WORD})
        role.save(update_fields=["words"])


def take_back(apps, schema_editor):
    for role in apps.get_model("accounts", "Role").objects.using(schema_editor.connection.alias).all():
        role.words = [word for word in role.words if word != WORD]
        role.save(update_fields=["words"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_role_grant_invoice_edit")]

    operations = [migrations.RunPython(grant, take_back)]
