"""Staff's lists in every order from an index; and the planner neither gathers statistics of lexemes with their keys,
which would cost every question more than they tell, nor starts workers for a question of a millisecond."""

from __future__ import annotations

from django.db import migrations, models

_BY_STATE = """
CREATE INDEX case_by_staff_state ON cases_case (
  array_position(
    ARRAY['action_required', 'solution_provided', 'new', 'reopened', 'in_progress', 'closed'], state::text
  ),
  staff_updated_at DESC, id DESC
)
"""
_SIGNATURE = "cases_keyed(bigint, tsvector)"
_KEYED = (
    "search_shared_by_account",
    "search_shared_by_shelf",
    "search_internal_by_account",
    "search_internal_by_shelf",
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_who_reads_a_shared_address_may_be_quiet")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["severity", "-staff_updated_at", "-id"], name="case_by_staff_severity"),
        ),
        migrations.RunSQL(_BY_STATE, reverse_sql="DROP INDEX IF EXISTS case_by_staff_state"),
        migrations.RunSQL(
            f"ALTER FUNCTION {_SIGNATURE} PARALLEL UNSAFE", reverse_sql=f"ALTER FUNCTION {_SIGNATURE} PARALLEL SAFE"
        ),
        *(
            migrations.RunSQL(
                f"ALTER INDEX {name} ALTER COLUMN 1 SET STATISTICS 0",
                reverse_sql=f"ALTER INDEX {name} ALTER COLUMN 1 SET STATISTICS -1",
            )
            for name in _KEYED
        ),
    ]
