"""Files on their way in, and those that can be attached."""

from __future__ import annotations

from typing import Annotated

from ninja import Schema
from pydantic import Field

from liaison.api.shapes.common import Body, Moment
from liaison.files import models
from liaison.files.limits import PIECE_BYTES
from liaison.files.vocabulary import Purpose, ScanState

_LARGEST = 2**53

Size = Annotated[int, Field(ge=0, le=_LARGEST, description="Bytes.")]


class NewUpload(Body):
    """A file that is going to be sent. `account`: whose room it takes, one's own where it is left out."""

    name: Annotated[str, Field(min_length=1, max_length=1000)]
    size: Size
    purpose: Purpose = Purpose.CASE
    account: Annotated[str | None, Field(max_length=100)] = None


class File(Schema):
    """A file. Name it by its id in what it is attached to, within a day."""

    id: str
    name: str
    size: Size
    content_type: str
    sha256: str
    scan_state: ScanState
    created_at: Moment

    @classmethod
    def of(cls, file: models.StoredFile) -> File:
        return cls(
            id=file.public_id,
            name=file.name,
            size=file.size,
            content_type=file.content_type,
            sha256=file.sha256,
            scan_state=ScanState(file.scan_state),
            created_at=file.created_at,
        )


class Upload(Schema):
    """How far an upload is: `received` of `size` bytes are here. `file` is null until it is finished, and once used."""

    id: str
    name: str
    size: Size
    received: Size
    piece_bytes: Size
    is_finished: bool
    file: File | None

    @classmethod
    def of(cls, upload: models.Upload) -> Upload:
        file = upload.file
        is_usable = file is not None and not file.is_used and file.removed_at is None
        return cls(
            id=upload.public_id,
            name=upload.name,
            size=upload.size,
            received=upload.received,
            piece_bytes=PIECE_BYTES,
            is_finished=upload.file_id is not None,
            file=File.of(file) if file is not None and is_usable else None,
        )
