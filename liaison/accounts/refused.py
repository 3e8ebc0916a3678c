"""Refusals as forms and pages show them: each problem at its field, the rest on top."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest

from liaison.lib.refusals import Invalid, Refusal
from liaison.web import wording


def mark(form: Form, refusal: Refusal) -> None:
    """Put what a verb refused onto the bound form, in the reader's language."""
    if not isinstance(refusal, Invalid):
        form.add_error(None, wording.text_of(refusal))
        return
    for problem in refusal.problems:
        field = problem.field if problem.field in form.fields else None
        form.add_error(field, wording.text(problem.code, problem.facts))


def say(request: HttpRequest, refusal: Refusal) -> None:
    """Show the refusal as a message on the next page."""
    if isinstance(refusal, Invalid):
        for problem in refusal.problems:
            messages.error(request, wording.text(problem.code, problem.facts))
    else:
        messages.error(request, wording.text_of(refusal))
