"""The table that the product proposes, and the switches. A company changes both on the page 服务标准."""

import datetime as dt
from decimal import Decimal

from django.db import migrations

# stars: visits, every, contacts, every, reply hours, gift budget a year (minor), discount %, service minutes, owner
PROPOSED = {
    5: (2, "month", 4, "month", 2, 200_000, "12", 480, "manager"),
    4: (1, "month", 2, "month", 4, 80_000, "8", 240, "senior"),
    3: (1, "quarter", 1, "month", 8, 30_000, "5", 90, "sales"),
    2: (0, "quarter", 2, "quarter", 24, 0, "3", 30, "sales"),
    1: (0, "quarter", 1, "quarter", 48, 0, "0", 10, "assistant"),
}


def seed(apps, schema_editor):
    here = schema_editor.connection.alias
    version = (
        apps.get_model("care", "StandardVersion").objects.using(here).create(number=1, starts_on=dt.date(2000, 1, 1))
    )
    standards = apps.get_model("care", "Standard").objects.using(here)
    for stars, row in PROPOSED.items():
        visits, visits_every, contacts, contacts_every, reply, gifts, discount, minutes, level = row
        standards.create(
            version=version,
            stars=stars,
            visits=visits,
            visits_every=visits_every,
            contacts=contacts,
            contacts_every=contacts_every,
            reply_hours=reply,
            gift_budget_minor=gifts,
            discount_percent=Decimal(discount),
            service_minutes=minutes,
            owner_level=level,
        )
    apps.get_model("care", "Switches").objects.using(here).create()


def clear(apps, schema_editor):
    for name in ("Duty", "StandardVersion", "Switches"):
        apps.get_model("care", name).objects.using(schema_editor.connection.alias).all().delete()


class Migration(migrations.Migration):
    dependencies = [("care", "0001_initial")]

    operations = [migrations.RunPython(seed, clear)]
