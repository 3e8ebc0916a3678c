from __future__ import annotations

import pytest

from liaison.lib.sealing import BrokenSealError, seal, unseal


def test_what_was_sealed_can_be_opened_again_and_is_not_readable() -> None:
    sealed = seal("whsec_ü", key="k", purpose="a")
    assert unseal(sealed, key="k", purpose="a") == "whsec_ü"
    assert "whsec" not in sealed
    assert sealed != seal("whsec_ü", key="k", purpose="a")


@pytest.mark.parametrize(("key", "purpose"), [("other", "a"), ("k", "b")])
def test_another_key_or_purpose_opens_nothing(key: str, purpose: str) -> None:
    with pytest.raises(BrokenSealError):
        unseal(seal("x", key="k", purpose="a"), key=key, purpose=purpose)


def test_what_was_changed_is_not_opened() -> None:
    sealed = seal("x", key="k", purpose="a")
    for broken in (sealed[:-5] + "AAAA=", "", "ü"):
        with pytest.raises(BrokenSealError):
            unseal(broken, key="k", purpose="a")
