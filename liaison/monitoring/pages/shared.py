"""What the pages of this room share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from liaison.accounts.models import Account, Identity
from liaison.health.titles import title_of
from liaison.health.words import severity_name
from liaison.integrations.models import Environment
from liaison.integrations.wording import kind_name
from liaison.monitoring import words


def common_words(reader: Identity) -> Mapping[str, Any]:
    """Return what every template of this room says numbers and states with."""
    return {
        "is_staff": reader.is_staff,
        "kind_name": kind_name,
        "severity_name": severity_name,
        "title_of": title_of,
        "level_name": words.level_name,
        "level_kinds": words.LEVEL_KINDS,
        "share": words.share,
        "whole_share": words.whole_share,
        "milliseconds": words.milliseconds,
        "count": words.count,
        "cell": words.cell,
    }


def address_of_account(reader: Identity, account: Account) -> str:
    """Return where the integrations of an account stand for this reader."""
    if account.pk == reader.account.pk:
        return reverse("monitoring")
    return reverse("monitoring_of_account", kwargs={"slug": account.slug})


def address_of_environment(environment: Environment) -> str:
    kwargs = {"public_id": environment.integration.public_id, "environment": environment.name}
    return reverse("monitoring_environment", kwargs=kwargs)


def setup_address(environment: Environment) -> str:
    """Return where the monitoring of an environment is set up."""
    kwargs = {"public_id": environment.integration.public_id, "environment": environment.name}
    return reverse("monitoring_setup", kwargs=kwargs)
