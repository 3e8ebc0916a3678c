"""The catalog: what integrations, topics and severities there are. Names are in the caller's language."""

from __future__ import annotations

from ninja import Schema

from liaison.catalog.vocabulary import ContactField, Requirement, Severity, Topic


class Kind(Schema):
    """An integration kind, and what it asks of the contact information."""

    key: str
    name: str
    contact_fields: dict[ContactField, Requirement]


class TopicShape(Schema):
    """A topic goes to `contact_fields`; where no integration of the account offers those, to `otherwise`."""

    key: Topic
    name: str
    optional: bool
    contact_fields: list[ContactField]
    otherwise: list[ContactField]


class SeverityShape(Schema):
    """The topics that a problem of this severity raises in production."""

    key: Severity
    name: str
    raises: list[Topic]
