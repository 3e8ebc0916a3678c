"""Whoever sees the cases of thousands of customers has them in order from one index (D6)."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_what_ends_with_a_delegates_access")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["-updated_at", "-id"],
                include=("account", "created_at", "state", "severity"),
                name="case_by_update",
            ),
        ),
    ]
