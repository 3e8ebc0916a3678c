"""A case is filed with fewer indexes to write: none that another one answers for, and none of words that are not there.

Numbers and names are asked whole, never by their beginnings. The indexes of internal words hold cases that have some.
"""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

# Django makes one for each unique text, for questions with LIKE, which nobody asks.
_BY_BEGINNING = {
    "cases_case_number_980c9551_like": "cases_case (number varchar_pattern_ops)",
    "cases_case_submission_4c7d6e07_like": "cases_case (submission varchar_pattern_ops)",
    "cases_caseupdate_public_id_c0b81f49_like": "cases_caseupdate (public_id varchar_pattern_ops)",
}
_INTERNAL = {
    "search_internal_by_account": "account_id, case_id >> 16",
    "search_internal_by_shelf": "case_id >> 13",
}
_INDEX = "CREATE INDEX {name} ON cases_searchrow USING gin (cases_keyed({key}, internal)) WITH (fastupdate = off)"


def _made(name: str, key: str, condition: str = "") -> str:
    index = _INDEX.format(name=name, key=key)
    return f"DROP INDEX IF EXISTS {name}; {index}{condition}; ALTER INDEX {name} ALTER COLUMN 1 SET STATISTICS 0"


def _dropped(name: str, what: str) -> migrations.RunSQL:
    return migrations.RunSQL(f"DROP INDEX IF EXISTS {name}", reverse_sql=f"CREATE INDEX {name} ON {what}")


def _narrowed(name: str, key: str) -> migrations.RunSQL:
    return migrations.RunSQL(_made(name, key, " WHERE internal IS NOT NULL"), reverse_sql=_made(name, key))


def _unindexed(model: str, related_name: str) -> migrations.AlterField:
    """Leave the key of the case to the unique index that begins with it."""
    case = models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name=related_name,
        to="cases.case",
    )
    return migrations.AlterField(model_name=model, name="case", field=case)


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_words_of_an_account_by_shelf")]

    operations = [
        _unindexed("caseupdate", "updates"),
        _unindexed("follow", "followers"),
        _unindexed("searchrow", "+"),
        *(_dropped(name, what) for name, what in _BY_BEGINNING.items()),
        *(_narrowed(name, key) for name, key in _INTERNAL.items()),
    ]
