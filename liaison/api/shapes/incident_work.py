"""The story of an incident, comments on it, who has it, and what was learned."""

from __future__ import annotations

from ninja import Schema

from liaison.api.shapes.common import Moment
from liaison.health import lately, models, timeline
from liaison.health.timeline import Entry


class TimelineEntry(Schema):
    """One thing that was seen, told, said or done. `text` is in your language; `words` are somebody's own.

    `by` is a name, empty for the portal itself. `outcomes` counts deliveries by their state.
    """

    at: Moment
    kind: Entry
    text: str
    by: str
    words: str
    outcomes: dict[str, int]
    is_internal: bool

    @classmethod
    def of(cls, line: timeline.Line) -> TimelineEntry:
        return cls(
            at=line.at,
            kind=line.kind,
            text=line.text,
            by=line.by,
            words=line.words,
            outcomes=dict(line.outcomes),
            is_internal=line.is_internal,
        )


class ChangeBefore(Schema):
    """One change in the 24 hours before it began. `name` and `link` may be empty."""

    at: Moment
    text: str
    name: str
    link: str

    @classmethod
    def of(cls, change: lately.Change) -> ChangeBefore:
        return cls(at=change.at, text=change.text, name=change.name, link=change.link)


class Timeline(Schema):
    entries: list[TimelineEntry]
    changed_before: list[ChangeBefore]


class CommentBody(Schema):
    """A comment, plain text. Only staff may make it internal: then no partner ever sees it."""

    text: str
    is_internal: bool = False


class Comment(Schema):
    """One comment; `by` is empty for a user who is gone."""

    id: str
    at: Moment
    by: str
    text: str
    is_internal: bool

    @classmethod
    def of(cls, comment: models.IncidentComment) -> Comment:
        return cls(
            id=comment.public_id,
            at=comment.at,
            by=comment.by.name if comment.by else "",
            text=comment.text,
            is_internal=comment.is_internal,
        )


class OwnerBody(Schema):
    owner: str | None


class NoteBody(Schema):
    text: str
