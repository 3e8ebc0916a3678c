"""Whoever sees cases of thousands of customers lists what waits, and counts it, by its state from one index (D6)."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_attachments_belong_to_the_account_of_their_case")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["state", "-updated_at", "-id"],
                include=("account", "created_at", "severity"),
                name="case_by_state_and_update",
            ),
        ),
    ]
