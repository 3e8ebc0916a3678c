"""How an entry of the record goes from one verification state to another (C7): a table, and nothing else. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from liaison.contacts.vocabulary import Verification, VerificationEvent

_S = Verification
_E = VerificationEvent

NEXT: Final[Mapping[tuple[Verification, VerificationEvent], Verification]] = MappingProxyType(
    {
        (_S.UNVERIFIED, _E.PROVED): _S.VERIFIED,
        (_S.UNVERIFIED, _E.DECLINED): _S.DECLINED,
        (_S.UNVERIFIED, _E.LEFT): _S.UNREACHABLE,
        (_S.UNVERIFIED, _E.RETURNED): _S.UNREACHABLE,
        (_S.UNVERIFIED, _E.REPLACED): _S.UNVERIFIED,
        (_S.VERIFIED, _E.PROVED): _S.VERIFIED,
        (_S.VERIFIED, _E.DECLINED): _S.DECLINED,
        (_S.VERIFIED, _E.LEFT): _S.UNREACHABLE,
        (_S.VERIFIED, _E.RETURNED): _S.UNREACHABLE,
        (_S.VERIFIED, _E.REPLACED): _S.UNVERIFIED,
        # Whoever declined may think again; mail that comes back does not undo what they said.
        (_S.DECLINED, _E.PROVED): _S.VERIFIED,
        (_S.DECLINED, _E.DECLINED): _S.DECLINED,
        (_S.DECLINED, _E.LEFT): _S.UNREACHABLE,
        (_S.DECLINED, _E.RETURNED): _S.DECLINED,
        (_S.DECLINED, _E.REPLACED): _S.UNVERIFIED,
        (_S.UNREACHABLE, _E.PROVED): _S.VERIFIED,
        (_S.UNREACHABLE, _E.DECLINED): _S.DECLINED,
        (_S.UNREACHABLE, _E.LEFT): _S.UNREACHABLE,
        (_S.UNREACHABLE, _E.RETURNED): _S.UNREACHABLE,
        (_S.UNREACHABLE, _E.REPLACED): _S.UNVERIFIED,
    }
)


def next_verification(state: Verification, event: VerificationEvent) -> Verification:
    """Return the state after the event. Every pair is in the table."""
    return NEXT[state, event]


def states_that(event: VerificationEvent, becomes: Verification) -> tuple[Verification, ...]:
    """Return the states that the event really changes into this one."""
    return tuple(state for state in Verification if state is not becomes and NEXT[state, event] is becomes)
