"""Why a file is not taken, before it has become a refusal of a verb."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from liaison.files.codes import FileCode


class Unfit(Exception):  # noqa: N818  # an answer about the file, not an error of ours
    def __init__(self, code: FileCode, **facts: Any) -> None:
        super().__init__(str(code))
        self.code = code
        self.facts: Mapping[str, Any] = facts
