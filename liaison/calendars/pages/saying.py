"""What pages of this room share: refusals in a form, and refusals above the next page."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms

from liaison.lib.refusals import Conflict, Forbidden, Invalid
from liaison.web import wording


def refuse_in(
    form: forms.Form, refusal: Invalid | Conflict | Forbidden, fields: Mapping[str, str] | None = None
) -> None:
    """Put the refusal's words where they belong; `fields` says where what the form calls otherwise goes."""
    if not isinstance(refusal, Invalid):
        form.add_error(None, wording.text_of(refusal))
        return
    for problem in refusal.problems:
        name = (fields or {}).get(problem.field, problem.field)
        form.add_error(name if name in form.fields else None, wording.text(problem.code, problem.facts))


def words_of(refusal: Invalid | Conflict) -> str:
    """Return all the refusal says, in one text."""
    if isinstance(refusal, Invalid):
        return " ".join(wording.text(problem.code, problem.facts) for problem in refusal.problems)
    return wording.text_of(refusal)
