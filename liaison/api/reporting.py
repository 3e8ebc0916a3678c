"""Which environment a report is about: a key's own, or the one that the operator's programs name."""

from __future__ import annotations

from liaison.api.codes import ValueCode
from liaison.integrations.models import Environment, EnvironmentName
from liaison.integrations.senders import Sender
from liaison.lib.refusals import FieldProblem, Invalid


def environment_of(sender: Sender, integration: str | None, environment: EnvironmentName | None) -> Environment:
    """Return the environment with its account. Raises Invalid where it is unknown, or not the key's."""
    if sender.environment is not None:
        return _of_key(sender.environment, integration, environment)
    if integration is None or environment is None:
        missing = [name for name, value in (("integration", integration), ("environment", environment)) if not value]
        raise Invalid(tuple(FieldProblem(name, ValueCode.NEEDED) for name in missing))
    related = Environment.objects.select_related("integration__account")
    found = related.filter(integration__public_id=integration, name=environment).first()
    if found is None:
        raise Invalid((FieldProblem("integration", ValueCode.UNKNOWN_INTEGRATION),))
    return found


def _of_key(own: Environment, integration: str | None, environment: EnvironmentName | None) -> Environment:
    said = (("integration", integration, own.integration.public_id), ("environment", environment, own.name))
    wrong = tuple(
        FieldProblem(name, ValueCode.OTHER_ENVIRONMENT) for name, value, actual in said if value not in {None, actual}
    )
    if wrong:
        raise Invalid(wrong)
    return own
