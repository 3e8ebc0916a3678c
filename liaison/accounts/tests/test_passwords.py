"""The refusal of a short password speaks the reader's language, also where Django has no words for it."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation

from liaison.accounts.testing import make_cast, sign_in


@pytest.mark.parametrize("language", ["ko", "zh-hans", "it", "pl"])
def test_a_short_password_is_refused_in_the_readers_language(language: str) -> None:
    with translation.override(language), pytest.raises(ValidationError) as refused:
        validate_password("9fk-Lq")
    (words,) = refused.value.messages
    assert "10" in words
    assert "too short" not in words


@pytest.mark.django_db
def test_the_rules_for_a_password_are_shown_as_words_and_not_as_html() -> None:
    owner = make_cast().owner
    browser = sign_in(Client(), owner)
    page = browser.get("/u/0/signin/password/change/", follow=True)
    assert "at least 10 characters" in page.text
    assert "&lt;li&gt;" not in page.text
    owner.set_unusable_password()
    owner.save(update_fields=["password"])
    page = sign_in(Client(), owner).get("/u/0/signin/password/set/", follow=True)
    assert "at least 10 characters" in page.text
    assert "&lt;li&gt;" not in page.text
