from __future__ import annotations

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "liaison.contacts"
    label = "contacts"

    def ready(self) -> None:
        from liaison.contacts import registrations  # noqa: PLC0415  # models must be there first

        registrations.register_everything()
