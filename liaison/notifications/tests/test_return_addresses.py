"""Envelope senders and answer addresses: each names one thing, and nobody else can make one (R3)."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st

from liaison.lib.ids import PUBLIC_ID_ALPHABET, new_public_id
from liaison.lib.tokens import TOKEN_LENGTH, named_by, token_naming
from liaison.notifications.return_addresses import (
    ReturnAddress,
    ReturnKind,
    answer_address,
    bounce_address,
    return_address,
)

IDS = st.text(alphabet=PUBLIC_ID_ALPHABET, min_size=14, max_size=14)
KEYS = st.text(min_size=1, max_size=60)
PURPOSES = st.text(max_size=30)


@pytest.fixture(autouse=True)
def takes_mail_in(settings: LazySettings) -> None:
    settings.MAIL_DOMAIN = "in.operator.test"
    settings.MAIL_AUTHSERV_ID = "mx.operator.test"


@given(public_id=IDS, key=KEYS, purpose=PURPOSES)
def test_a_token_names_what_it_was_made_for(public_id: str, key: str, purpose: str) -> None:
    token = token_naming(public_id, key=key, purpose=purpose)
    assert len(token) == TOKEN_LENGTH
    assert named_by(token, keys=[key], purpose=purpose) == public_id
    assert named_by(token.upper(), keys=[key], purpose=purpose) == public_id, "some servers change the case"


@given(public_id=IDS, key=KEYS, place=st.integers(0, TOKEN_LENGTH - 1), letter=st.sampled_from(PUBLIC_ID_ALPHABET))
def test_a_token_with_any_other_character_names_nothing(public_id: str, key: str, place: int, letter: str) -> None:
    token = token_naming(public_id, key=key, purpose="bounces")
    changed = token[:place] + letter + token[place + 1 :]
    assert named_by(changed, keys=[key], purpose="bounces") == (public_id if changed == token else None)


@given(public_id=IDS, key=KEYS, other=KEYS)
def test_a_token_of_another_key_or_purpose_names_nothing(public_id: str, key: str, other: str) -> None:
    token = token_naming(public_id, key=key, purpose="bounces")
    assert named_by(token, keys=[key], purpose="answers") is None
    assert named_by(token, keys=[other], purpose="bounces") == (public_id if other == key else None)


@given(text=st.text(max_size=80))
def test_no_text_at_all_breaks_the_reading_of_a_token(text: str) -> None:
    assert named_by(text, keys=["key"], purpose="bounces") is None


def test_the_envelope_sender_names_the_message() -> None:
    public_id = new_public_id()
    address = bounce_address(f"<{public_id}@operator.test>")
    assert len(address.partition("@")[0]) <= 64, "no server takes longer ones"
    assert return_address(address) == ReturnAddress(ReturnKind.BOUNCE, public_id)
    assert return_address(address.upper()) == ReturnAddress(ReturnKind.BOUNCE, public_id)


def test_a_token_of_one_kind_is_worth_nothing_as_the_other() -> None:
    delivery = new_public_id()
    answer = answer_address(delivery)
    assert return_address(answer) == ReturnAddress(ReturnKind.ANSWER, delivery)
    assert return_address("b" + answer[1:]) == ReturnAddress(ReturnKind.BOUNCE, "")


@pytest.mark.parametrize(
    "address",
    ["", "b", "b+@", "anna@in.operator.test", "c+x@in.operator.test", "b+x@elsewhere.test", "b@in.operator.test"],
)
def test_other_addresses_are_not_ours(address: str) -> None:
    assert return_address(address) is None


def test_a_token_still_counts_after_the_key_was_changed_while_the_old_one_is_kept(settings: LazySettings) -> None:
    public_id = new_public_id()
    address = bounce_address(f"<{public_id}@operator.test>")
    before, settings.SECRET_KEY = settings.SECRET_KEY, "another key, just as long and as random as the first"
    assert return_address(address) == ReturnAddress(ReturnKind.BOUNCE, "")
    settings.SECRET_KEY_FALLBACKS = [before]
    assert return_address(address) == ReturnAddress(ReturnKind.BOUNCE, public_id)


def test_there_are_no_such_addresses_without_mail_in(settings: LazySettings) -> None:
    settings.MAIL_DOMAIN = ""
    assert bounce_address(f"<{new_public_id()}@operator.test>") == ""
    assert answer_address(new_public_id()) == ""


def test_nobody_is_asked_to_answer_where_no_answer_could_count(settings: LazySettings) -> None:
    settings.MAIL_AUTHSERV_ID = ""
    assert answer_address(new_public_id()) == ""
