"""The index made anew holds what the verbs wrote (issue 6, point 7)."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection

from liaison.accounts.testing import Cast
from liaison.cases.lists.testing import keep_case, keep_note, keep_update
from liaison.cases.models import Case, SearchRow

pytestmark = pytest.mark.django_db


def words(case: Case) -> tuple[set[str], set[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tsvector_to_array(shared), tsvector_to_array(internal) FROM cases_searchrow WHERE case_id = %s",
            [case.pk],
        )
        rows = cursor.fetchall()
    return {word for shared, _ in rows for word in shared or ()}, {word for _, mine in rows for word in mine or ()}


def test_it_holds_the_same_words_whether_short_or_long(cast: Cast) -> None:
    short, long = keep_case(cast.partner, "Kein Strom", "결제 오류"), keep_case(cast.partner, "Long")
    keep_update(short, "v2.1", [{"kind": "severity", "reason": "Christmas"}])
    keep_note(short, "secret")
    for start in (0, 3000, 6000):
        keep_update(long, " ".join(f"{word:x}q" for word in range(start, start + 3000)))
    keep_note(long, "hidden")
    before = words(short), words(long)
    assert "=l" in before[1][1]
    SearchRow.objects.filter(case=short).delete()
    call_command("reindex_cases")
    assert (words(short), words(long)) == before
    assert SearchRow.objects.filter(case=long).count() > 1


def test_a_case_that_went_to_another_account_is_found_there(cast: Cast) -> None:
    case = keep_case(cast.partner, "Strom", "text")
    other = keep_case(cast.partner, "Other")
    Case.objects.filter(pk=case.pk).update(account=cast.elsewhere, title="Wasser")
    call_command("reindex_cases", case.number)
    assert "=twasser" in words(case)[0]
    assert "=tstrom" not in words(case)[0]
    accounts = dict(SearchRow.objects.values_list("case_id", "account_id"))
    assert accounts == {case.pk: cast.elsewhere.pk, other.pk: cast.partner.pk}
