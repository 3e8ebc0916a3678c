"""Files that people send: taken in pieces, looked at, kept, and given out again."""

from __future__ import annotations

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "liaison.files"
    label = "files"

    def ready(self) -> None:
        from liaison.files.registrations import register_everything  # noqa: PLC0415  # needs the models

        register_everything()
