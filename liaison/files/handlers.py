"""How files in an ordinary form are taken in, for browsers without scripts: bounded before anything is read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from liaison.files.kinds import MEGABYTE
from liaison.files.storage import has_room


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Files of a form wait in temporary files. Strangers send none, and one form brings as much as one largest file."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803  # Django's own name
        content_length: Any,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        """Raise RequestDataTooBig by the announced length alone."""
        user = getattr(self.request, "user", None)
        may_send = user is not None and user.is_authenticated and has_room()
        most = settings.FILES_LARGEST_BYTES + MEGABYTE if may_send else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if content_length > most:
            raise RequestDataTooBig(f"A form of {content_length} bytes is more than {most}.")
