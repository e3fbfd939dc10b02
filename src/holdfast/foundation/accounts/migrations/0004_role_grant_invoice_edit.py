"""The built-in roles that keep orders keep invoices and payments too, in a house already in use as well."""

from django.db import migrations

WORD, CODES = "invoice_edit", ("admin", "sales_manager", "sales")


def grant(apps, schema_editor):
    for role in apps.get_model("accounts", "Role").objects.using(schema_editor.connection.alias).filter(code__in=CODES):
        role.words = sorted({*role.words, WORD})
        role.save(update_fields=["words"])


def take_back(apps, schema_editor):
    for role in apps.get_model("accounts", "Role").objects.using(schema_editor.connection.alias).all():
        role.words = [word for word in role.words if word != WORD]
        role.save(update_fields=["words"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_add_api_tokens")]

    operations = [migrations.RunPython(grant, take_back)]
