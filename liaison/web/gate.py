"""Marks that views carry for the gate (C3) and for sign-in. The gate itself lives in `contacts/gate.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def open_at_the_gate(view: View) -> View:
    """Mark a view that stays usable while the account's contact information is missing."""
    view.open_at_the_gate = True  # type: ignore[attr-defined]  # read by is_open_at_the_gate
    return view


def public(view: View) -> View:
    """Mark a view for everyone: nobody need be signed in, and the gate never applies."""
    view.is_public = True  # type: ignore[attr-defined]  # read by is_public
    return open_at_the_gate(view)


def is_open_at_the_gate(view: Callable[..., Any]) -> bool:
    return bool(getattr(view, "open_at_the_gate", False))


def is_public(view: Callable[..., Any]) -> bool:
    return bool(getattr(view, "is_public", False))
