"""Whoever sees cases of thousands of customers finds what is open by its state, and counts it, from one index (D6)."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_attachments_belong_to_the_account_of_their_case")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["state", "-updated_at", "-id"],
                include=("account", "created_at", "severity"),
                condition=~Q(state="closed"),
                name="case_open_by_update",
            ),
        ),
    ]
