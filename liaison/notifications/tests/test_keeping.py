"""R3: the bytes that were sent are the proof, so they come back exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.notifications.keeping import pack, unpack

FORM = b"".join(b"<tr><td>%d, as all of them have it</td></tr>\r\n" % number for number in range(200))


@given(st.binary(max_size=3_000), st.binary(max_size=3_000))
def test_what_is_packed_comes_back_exactly(data: bytes, form: bytes) -> None:
    assert unpack(pack(data, form), form) == data


@given(st.binary(max_size=200), st.integers(0, len(FORM)))
def test_what_stands_in_the_form_takes_little_room(words: bytes, position: int) -> None:
    data = FORM[:position] + words + FORM[position:]
    packed = pack(data, FORM)
    assert unpack(packed, FORM) == data
    assert len(packed) < len(words) + len(FORM) // 20


@pytest.mark.parametrize("size", [0, 1, 40_000, 200_000])
def test_no_size_of_form_or_message_matters(size: int) -> None:
    form = FORM * (size // len(FORM) + 1)
    data = form[:size] + b"words" + form[size:]
    assert unpack(pack(data, form), form) == data


def test_another_form_and_damage_are_noticed() -> None:
    packed = pack(FORM + b"words", FORM)
    with pytest.raises(ValueError, match="not packed with this form"):
        unpack(packed, FORM + b"!")
    with pytest.raises(ValueError, match="cut off"):
        unpack(packed[:-5], FORM)
    with pytest.raises(ValueError, match="not packed with this form"):
        unpack(packed[:-4] + b"\0\0\0\0", FORM)
