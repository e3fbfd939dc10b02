"""Who deals with customers writes down what they say; who manages service keeps the topics: the built-in roles of a
house in use get the words."""

from django.db import migrations

GRANTS = {
    "feedback_edit": ("admin", "sales_manager", "sales", "service_manager", "service", "analyst"),
    "topic_edit": ("admin", "service_manager", "analyst"),
}


def grant(apps, schema_editor):
    roles = apps.get_model("accounts", "Role").objects.using(schema_editor.connection.alias)
    for word, codes in GRANTS.items():
        for role in roles.filter(code__in=codes):
            role.words = sorted({*role.words, word})
            role.save(update_fields=["words"])


def take_back(apps, schema_editor):
    roles = apps.get_model("accounts", "Role").objects.using(schema_editor.connection.alias)
    for role in roles.all():
        role.words = [word for word in role.words if word not in GRANTS]
        role.save(update_fields=["words"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_role_grant_merge_and_privacy")]

    operations = [migrations.RunPython(grant, take_back)]
