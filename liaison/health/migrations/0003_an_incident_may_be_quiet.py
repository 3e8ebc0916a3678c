from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("health", "0002_incidents_with_owner_comments_and_marks")]

    operations = [
        migrations.AddField(
            model_name="incident",
            name="is_quiet",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
