"""The verbs of files: taking them in by pieces, keeping them, using them, removing their content."""

from __future__ import annotations

from liaison.files.actions.keeping import keep_file, remove_content, use_files
from liaison.files.actions.uploading import append_piece, begin_upload, cancel_upload, finish_upload

__all__ = [
    "append_piece",
    "begin_upload",
    "cancel_upload",
    "finish_upload",
    "keep_file",
    "remove_content",
    "use_files",
]
