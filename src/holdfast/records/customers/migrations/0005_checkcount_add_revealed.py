from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_need_add_table")]

    operations = [
        migrations.AddField(
            model_name="checkcount",
            name="revealed",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
