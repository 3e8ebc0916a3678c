"""Files: announced, sent in pieces, finished. What they are attached to names them by their ids."""

from __future__ import annotations

from typing import Annotated, Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Status
from pydantic import Field

from liaison.accounts.access import account_for
from liaison.api.bearer import actor_of
from liaison.api.operations import Operations
from liaison.api.shapes import files as shapes
from liaison.files import access, actions
from liaison.files.bodies import bytes_of
from liaison.lib.clock import utc_now

operations = Operations("files")
_UPLOAD: Final = "/files/uploads/{upload_id}"
Offset = Annotated[int, Query(), Field(ge=0, le=2**53, description="Where the piece begins: what `received` says.")]


@operations.write(
    "POST",
    "/files/uploads",
    shapes.Upload,
    _("Announce a file"),
    status=201,
    open_at_the_gate=True,
    body_names_object=True,
)
def begin_upload(request: HttpRequest, body: shapes.NewUpload) -> Status[shapes.Upload]:
    """Its pieces have a day to come. What is too large or of a type that is not taken is refused here already."""
    actor = actor_of(request)
    upload = actions.begin_upload(
        actor=actor,
        purpose=body.purpose,
        account=actor.account if body.account is None else account_for(actor, body.account),
        name=body.name,
        size=body.size,
        now=utc_now(),
    )
    return Status(201, shapes.Upload.of(upload))


@operations.get(_UPLOAD, shapes.Upload, _("Read how far an upload of yours is"), open_at_the_gate=True)
def read_upload(request: HttpRequest, upload_id: str) -> shapes.Upload:
    return shapes.Upload.of(access.upload_for(actor_of(request), upload_id))


@operations.write(
    "POST",
    f"{_UPLOAD}/pieces",
    shapes.Upload,
    _("Send the next piece of a file"),
    open_at_the_gate=True,
    content=("application/octet-stream",),
)
def append_piece(request: HttpRequest, upload_id: str, offset: Offset) -> shapes.Upload:
    """Take the bytes themselves as the body. After a lost connection, read how far it is and go on from there."""
    actor = actor_of(request)
    upload = access.upload_for(actor, upload_id)
    taken = actions.append_piece(actor=actor, upload=upload, offset=offset, data=bytes_of(request), now=utc_now())
    return shapes.Upload.of(taken)


@operations.write("POST", f"{_UPLOAD}/finish", shapes.File, _("Finish a file"), open_at_the_gate=True)
def finish_upload(request: HttpRequest, upload_id: str) -> shapes.File:
    """Its content is looked at: a refusal says what is wrong with it. A second time answers the same."""
    actor = actor_of(request)
    upload = access.upload_for(actor, upload_id)
    return shapes.File.of(actions.finish_upload(actor=actor, upload=upload, now=utc_now()))


@operations.write(
    "DELETE", _UPLOAD, None, _("Forget an upload that is not finished"), status=204, open_at_the_gate=True
)
def cancel_upload(request: HttpRequest, upload_id: str) -> Status[None]:
    actor = actor_of(request)
    actions.cancel_upload(actor=actor, upload=access.upload_for(actor, upload_id), now=utc_now())
    return Status(204, None)
