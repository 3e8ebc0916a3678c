"""Why a file was not searched: its content is the reason, or the storage is, and only one of them may pass."""

from __future__ import annotations

from liaison.lib.refusals import Refusal


class NotRead(Exception):  # noqa: N818  # an answer about a file, not an error of ours
    """Not all of the file could be read: it is locked, broken, made of pictures, too long, or takes too long."""


class StorageAway(Refusal):
    """The content cannot be had for now, so nobody can say what stands in it; trying again later is right."""

    status = 503
