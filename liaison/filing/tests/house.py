"""Somebody who fills in the form, by real requests."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from liaison.filing.models import Draft
from liaison.lib.ids import new_public_id

HTMX = {"HX-Request": "true"}
_HIDDEN = re.compile(r'name="(version|page)" value="([^"]*)"')


@dataclass
class Form:
    """About an `Integration`; without one, None, it is about something else.

    `public_id` is the draft's. `showing` and `version` are those of the page that was opened last.
    """

    client: Client
    integration: Any
    public_id: str = field(default_factory=new_public_id)
    version: str = "0"
    showing: str = ""

    @property
    def draft(self) -> Draft:
        return Draft.objects.get(public_id=self.public_id)

    def address(self, step: str = "", **parameters: str) -> str:
        query = "&".join(f"{name}={value}" for name, value in ({"step": step} | parameters).items() if value)
        return f"/u/0/cases/new/{self.public_id}" + (f"?{query}" if query else "")

    def open(self, step: str = "", **parameters: str) -> Any:
        return self._seen(self.client.get(self.address(step, **parameters)))

    def press(self, press: str, step: str, *, htmx: bool = False, **fields: Any) -> Any:
        """Send a step as the browser does that opened it last."""
        sent = {"press": press, "version": self.version, "page": self.showing, **fields}
        answer = self.client.post(self.address(step), sent, headers=HTMX if htmx else None)
        return self._seen(answer)

    def subject(self, **fields: Any) -> dict[str, Any]:
        about = f"integration:{self.integration.public_id}" if self.integration else "product:other"
        typed = {"about": about, "title": "Bookings stay open", "category": "question", "category_shown": "1"}
        return typed | fields

    def fill(self, **description: Any) -> None:
        """Go through every step up to the review."""
        self.open("subject")
        assert self.press("next", "subject", **self.subject()).status_code == 302
        self.open("description")
        typed = {"description": "Since Monday some are never confirmed.", "files_shown": "1"} | description
        assert self.press("next", "description", **typed).status_code == 302
        self.open("severity")
        typed = {"impacts": ["many_affected"], "language": "it", "time_zone": "Europe/Rome"}
        assert self.press("next", "severity", **typed).status_code == 302
        self.open("review")

    def _seen(self, answer: Any) -> Any:
        for name, value in _HIDDEN.findall(answer.content.decode(errors="replace")):
            if name == "version":
                self.version = value
            else:
                self.showing = value
        return answer
