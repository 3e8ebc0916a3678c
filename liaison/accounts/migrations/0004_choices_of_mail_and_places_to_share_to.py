"""What mail users want, and where an account's cases may be shared to. Safe while the old code runs: the column has a default."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_support_tier_and_groups"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="share_domains",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=253),
                blank=True,
                db_default=models.Value(
                    "{}",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=253), size=None),
                ),
                default=list,
                size=None,
            ),
        ),
        migrations.CreateModel(
            name="MailChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("topic", models.CharField(max_length=32)),
                (
                    "wish",
                    models.CharField(
                        choices=[("everything", "everything"), ("usual", "usual"), ("nothing", "nothing")],
                        max_length=16,
                    ),
                ),
                (
                    "identity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mail_choices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("identity", "topic"), name="a_person_chooses_once_for_a_topic")
                ],
            },
        ),
    ]
