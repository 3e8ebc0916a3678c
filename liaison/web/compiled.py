"""Compiled templates are kept beside compiled Python: compiling all of them takes a process three seconds."""

from __future__ import annotations

import hashlib
import pickle
import sys
from contextlib import suppress
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket


class KeptTemplates(jinja2.FileSystemBytecodeCache):
    """Keeps what is compiled in `folder`, as Python does: not where nothing may be written, and never to fail by it.

    Each is compiled anew when its text changes. What else it was made with is part of the folder's name (`folder_for`).
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError, EOFError, pickle.UnpicklingError):  # the machine may have gone down while it was written
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if sys.dont_write_bytecode:
            return
        with suppress(OSError):
            Path(self.directory).mkdir(parents=True, exist_ok=True)
            super().dump_bytecode(bucket)


def folder_for(module: str) -> Path:
    """Return the folder for templates that the environment made in this file, with this Jinja2, has compiled."""
    made_with = hashlib.sha256(jinja2.__version__.encode() + Path(module).read_bytes()).hexdigest()
    return Path(module).parent / "__pycache__" / f"templates-{made_with[:16]}"
