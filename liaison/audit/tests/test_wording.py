from __future__ import annotations

from liaison.audit.vocabulary import Happened
from liaison.audit.wording import HAPPENED, happened_label


def test_everything_that_can_happen_has_words() -> None:
    assert set(HAPPENED) == set(Happened)


def test_a_kind_of_an_older_release_is_shown_by_its_name() -> None:
    assert happened_label("case.never_heard_of") == "case.never_heard_of"
