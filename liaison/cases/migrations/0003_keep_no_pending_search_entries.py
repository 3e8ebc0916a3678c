"""Each lexeme stands in the index after its key, the account or the shelf (8,192 cases that were filed after each
other), so that a question touches nothing else; and there is no list of pending entries to be read through."""

from __future__ import annotations

from django.db import migrations

_FUNCTION = """
CREATE FUNCTION cases_keyed(key bigint, words tsvector) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT array_to_tsvector(ARRAY(SELECT key || '.' || word FROM unnest(tsvector_to_array(words)) AS word)) $$
"""
_INDEX = "CREATE INDEX {name} ON cases_searchrow USING gin (cases_keyed({key}, {column})) WITH (fastupdate = off)"


def _index(name: str, key: str, column: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        _INDEX.format(name=name, key=key, column=column), reverse_sql=f"DROP INDEX IF EXISTS {name}"
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_notes_say_why_personal_data_was_kept")]

    operations = [
        migrations.RemoveIndex(model_name="searchrow", name="search_shared"),
        migrations.RemoveIndex(model_name="searchrow", name="search_internal"),
        migrations.RunSQL(_FUNCTION, reverse_sql="DROP FUNCTION IF EXISTS cases_keyed(bigint, tsvector)"),
        _index("search_shared_by_account", "account_id", "shared"),
        _index("search_shared_by_shelf", "case_id >> 13", "shared"),
        _index("search_internal_by_account", "account_id", "internal"),
        _index("search_internal_by_shelf", "case_id >> 13", "internal"),
    ]
