from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "liaison.accounts"
    label = "accounts"

    def ready(self) -> None:
        from liaison.accounts import mail, wording  # noqa: PLC0415  # models must be there first
        from liaison.catalog.vocabulary import Topic  # noqa: PLC0415
        from liaison.notifications import registry  # noqa: PLC0415
        from liaison.web import wording as words  # noqa: PLC0415

        words.register(wording.REFUSALS)
        registry.register(Topic.ACCOUNT_MAIL, mail.AccountMail())
        registry.register(Topic.STAFF_ALARM, mail.StaffAlarm())
