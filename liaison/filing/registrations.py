"""What this room adds to the registries of the rooms below it."""

from __future__ import annotations

from liaison.files import holding
from liaison.filing.attached import files_in_drafts
from liaison.filing.incident_panel import cases_about
from liaison.filing.wording import WORDS
from liaison.health import related
from liaison.web import wording


def register_everything() -> None:
    """Fill the registries, once at the start."""
    wording.register(WORDS)
    related.register(cases_about)
    holding.register(files_in_drafts)
