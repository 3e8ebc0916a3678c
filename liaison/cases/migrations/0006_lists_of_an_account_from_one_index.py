"""Whatever is asked of an account's cases is answered from one index, and what staff count by state from theirs.

The indexes of one column alone that go say nothing that those beginning with the same column do not.
"""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

_STATE = """
array_position(
  ARRAY['action_required', 'solution_provided', 'new', 'reopened', 'in_progress', 'closed'], state::text
)
"""
_BY_STATE = f"CREATE INDEX case_by_staff_state ON cases_case ({_STATE}, staff_updated_at DESC, id DESC)"


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_lists_of_staff_by_severity_and_state")]

    operations = [
        migrations.RemoveIndex(model_name="case", name="case_by_account_and_update"),
        migrations.RemoveIndex(model_name="case", name="case_open_by_account"),
        migrations.AlterField(
            model_name="case",
            name="account",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cases",
                to="accounts.account",
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="filed_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["account", "-updated_at", "-id"],
                include=("state", "severity", "created_at", "staff_updated_at", "filed_by", "integration"),
                name="case_by_account",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["-staff_updated_at", "-id"],
                condition=Q(urgent_state="confirmed"),
                name="case_confirmed_urgent",
            ),
        ),
        migrations.AddIndex(
            model_name="case", index=models.Index(fields=["-created_at", "-id"], name="case_by_filing")
        ),
        # The state itself is in it too: PostgreSQL reads no index alone for an expression whose columns it lacks.
        migrations.RunSQL(
            ["DROP INDEX IF EXISTS case_by_staff_state", f"{_BY_STATE} INCLUDE (state)"],
            reverse_sql=["DROP INDEX IF EXISTS case_by_staff_state", _BY_STATE],
        ),
    ]
