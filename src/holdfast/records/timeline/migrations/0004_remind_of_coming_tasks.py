import datetime

from django.db import migrations
from django.utils import timezone


def remind_of_coming_tasks(apps, schema_editor):
    """Open tasks of the days to come remind at nine on their day, as new ones do."""
    tasks = apps.get_model("timeline", "Task").objects.using(schema_editor.connection.alias)
    coming = tasks.filter(done_at=None, due_on__gt=timezone.localdate())
    for day in coming.order_by("due_on").values_list("due_on", flat=True).distinct():
        moment = timezone.make_aware(datetime.datetime.combine(day, datetime.time(9)))
        tasks.filter(done_at=None, due_on=day).update(remind_at=moment)


class Migration(migrations.Migration):
    dependencies = [("timeline", "0003_repeat_and_remind_tasks")]

    operations = [migrations.RunPython(remind_of_coming_tasks, migrations.RunPython.noop)]
