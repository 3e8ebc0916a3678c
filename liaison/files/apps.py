"""Files that people send: taken in pieces, looked at, kept, and given out again."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register


class FilesConfig(AppConfig):
    name = "liaison.files"
    label = "files"

    def ready(self) -> None:
        from liaison.files.checks import check_files  # noqa: PLC0415  # as below
        from liaison.files.registrations import register_everything  # noqa: PLC0415  # needs the models

        register(check_files)
        register_everything()
