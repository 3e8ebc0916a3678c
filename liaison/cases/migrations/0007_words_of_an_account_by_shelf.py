"""The words of an account stand shelf by shelf, of 65,536 cases of the installation each.

So a question about an account with very many cases reads the newest shelves and no more. While the old code runs it
finds the same, slowly.
"""

from __future__ import annotations

from django.db import migrations

_SIGNATURE = "cases_keyed(bigint, bigint, tsvector)"
_FUNCTION = """
CREATE FUNCTION cases_keyed(key bigint, shelf bigint, words tsvector) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL UNSAFE AS $$
  SELECT array_to_tsvector(
    ARRAY(SELECT key || '.' || shelf || '.' || word FROM unnest(tsvector_to_array(words)) AS word)
  )
$$
"""
_INDEX = "CREATE INDEX {name} ON cases_searchrow USING gin (cases_keyed({key}, {column})) WITH (fastupdate = off)"
_OLD, _NEW = "account_id", "account_id, case_id >> 16"


def _made(name: str, key: str, column: str) -> str:
    index = _INDEX.format(name=name, key=key, column=column)
    return f"DROP INDEX IF EXISTS {name}; {index}; ALTER INDEX {name} ALTER COLUMN 1 SET STATISTICS 0"


def _changed(name: str, column: str) -> migrations.RunSQL:
    return migrations.RunSQL(_made(name, _NEW, column), reverse_sql=_made(name, _OLD, column))


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_lists_of_an_account_from_one_index")]

    operations = [
        migrations.RunSQL(_FUNCTION, reverse_sql=f"DROP FUNCTION IF EXISTS {_SIGNATURE}"),
        _changed("search_shared_by_account", "shared"),
        _changed("search_internal_by_account", "internal"),
    ]
