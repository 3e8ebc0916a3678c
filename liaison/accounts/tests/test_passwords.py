"""The refusal of a short password speaks the reader's language, also where Django has no words for it."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation


@pytest.mark.parametrize("language", ["ko", "zh-hans", "it", "pl"])
def test_a_short_password_is_refused_in_the_readers_language(language: str) -> None:
    with translation.override(language), pytest.raises(ValidationError) as refused:
        validate_password("9fk-Lq")
    (words,) = refused.value.messages
    assert "10" in words
    assert "too short" not in words
