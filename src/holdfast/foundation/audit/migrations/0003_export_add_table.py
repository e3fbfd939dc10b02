import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_change_forbid_rewriting"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("what", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=10)),
                ("label", models.CharField(blank=True, max_length=200)),
                ("filters", models.JSONField(default=dict)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("numbers", models.CharField(default="none", max_length=8)),
                ("ip", models.GenericIPAddressField(null=True)),
                ("unusual", models.JSONField(default=list)),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["actor", "-id"], name="export_actor")],
            },
        ),
    ]
