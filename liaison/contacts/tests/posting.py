"""Turning a form into what a browser posts."""

from __future__ import annotations

from typing import Any

from liaison.contacts.formshape import FormData


def flat(form: FormData) -> dict[str, Any]:
    """Return the inputs of a form by name; a check box that is off is not sent."""
    return {
        f"{field}.{index}.{key}": "on" if value is True else value
        for field, rows in form.items()
        for index, row in enumerate(rows)
        for key, value in row.items()
        if value is not False and value != []
    }


def form_post(form: FormData, press: str, value: str = "1", *, seen: int = 0, draft: int = 0) -> dict[str, Any]:
    """Return everything that pressing a button sends."""
    return flat(form) | {press: value, "seen_version": str(seen), "draft_revision": str(draft)}
