"""What a new form begins with: from the address that led to it, an incident, a closed case, the person's settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from liaison.cases.access import case_for
from liaison.cases.models import Case
from liaison.cases.models.cases import LONGEST_TITLE
from liaison.cases.numbers import shown
from liaison.catalog.casework import TECHNICAL_SUPPORT, URGENT_TECHNICAL_SUPPORT
from liaison.catalog.vocabulary import CaseSeverity, Severity
from liaison.filing.setting import INTEGRATION, PRODUCT, Setting, can_be_urgent
from liaison.filing.sheet import Sheet, one_line
from liaison.health.access import incident_for
from liaison.health.evidence import labelled
from liaison.health.models import Incident
from liaison.health.titles import title_of
from liaison.health.words import environment_name
from liaison.integrations.models import EnvironmentName
from liaison.integrations.wording import kind_name
from liaison.lib.dates import format_moment
from liaison.lib.languages import language_for
from liaison.lib.refusals import Missing
from liaison.lib.zones import is_zone

NAMES: Final = ("account", "customer", "incident", "follows", "urgent", "integration", "product", "title")
"""The parameters of an address that fill something in."""
_LONGEST_EVIDENCE: Final = 4_000
_WEIGHTS: Final[Mapping[str, CaseSeverity]] = {
    Severity.CRITICAL: CaseSeverity.CRITICAL,
    Severity.ERROR: CaseSeverity.HIGH,
    Severity.WARNING: CaseSeverity.MEDIUM,
    Severity.INFO: CaseSeverity.LOW,
}


def asked_of(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return what the address asks for, cleaned."""
    return {name: value for name in NAMES if (value := one_line(parameters.get(name, ""))[:LONGEST_TITLE])}


def prefilled(setting: Setting, asked: Mapping[str, str], now: datetime) -> Sheet:
    """Return the sheet to begin with. Raises Missing for what the actor may not see or is another account's."""
    sheet = _own_choices(setting)
    if "integration" in asked:
        sheet = replace(sheet, about=_about(setting, f"{INTEGRATION}:{asked['integration']}"))
    if "product" in asked:
        sheet = replace(sheet, about=_about(setting, f"{PRODUCT}:{asked['product']}"))
    if "follows" in asked:
        sheet = _following(setting, sheet, asked["follows"], now)
    if "incident" in asked:
        sheet = _about_incident(setting, sheet, asked["incident"])
    if "urgent" in asked:
        sheet = _urgent(setting, sheet)
    if setting.barrier is not None:
        sheet = without_subject(sheet)
    return replace(sheet, title=asked["title"]) if "title" in asked else sheet


def account_asked(asked: Mapping[str, str]) -> str:
    """Return the short name of the account or customer that an address names; empty for none."""
    return asked.get("customer") or asked.get("account", "")


def without_subject(sheet: Sheet) -> Sheet:
    """Return the sheet without what a delegate can only fill in where the customer lets it file (D3)."""
    return replace(sheet, about="", category="", criterion="")


def _own_choices(setting: Setting) -> Sheet:
    """Begin with the writer's own language and time zone; of a case for a customer these are the customer's (D2)."""
    actor, account = setting.actor, setting.account
    zone = account.time_zone if setting.is_delegated else actor.effective_time_zone
    language = account.language if setting.is_delegated else actor.effective_language
    only = setting.integrations[0] if len(setting.integrations) == 1 else None
    return Sheet(
        about=f"{INTEGRATION}:{only.public_id}" if only else "",
        language=language_for(language).code,
        time_zone=zone if is_zone(zone) else "UTC",
    )


def _about(setting: Setting, about: str) -> str:
    if not setting.product_of(Sheet(about=about)):
        raise Missing
    return about


def _urgent(setting: Setting, sheet: Sheet) -> Sheet:
    if not sheet.about:
        able = [one for one in setting.integrations if can_be_urgent(one)]
        if len(able) == 1:
            sheet = replace(sheet, about=f"{INTEGRATION}:{able[0].public_id}")
    return replace(sheet, category=URGENT_TECHNICAL_SUPPORT)


def _following(setting: Setting, sheet: Sheet, number: str, now: datetime) -> Sheet:
    """Go on with a closed case: the same thing, its title, its severity to begin with."""
    case = case_for(setting.actor, number, now)
    if case.account_id != setting.account.pk or not case.is_closed:
        raise Missing
    about = f"{INTEGRATION}:{case.integration.public_id}" if case.integration else f"{PRODUCT}:{case.product}"
    kept = Sheet(about=about)
    title = _("Follow-up of %(number)s: %(title)s") % {"number": shown(case.number), "title": case.title}
    return replace(
        sheet,
        about=about if setting.product_of(kept) else sheet.about,
        title=title[:LONGEST_TITLE],
        category=_category_again(case),
        suggested=case.severity,
        follows=case.number,
    )


def _category_again(case: Case) -> str:
    # Whether it is urgent once more is asked anew.
    return TECHNICAL_SUPPORT if case.is_urgent else case.category


def _about_incident(setting: Setting, sheet: Sheet, public_id: str) -> Sheet:
    incident = incident_for(setting.actor, public_id)
    integration = incident.environment.integration
    if integration.account_id != setting.account.pk:
        raise Missing
    with override(setting.language):
        title, description = title_of(incident), _evidence(incident, setting)
    return replace(
        sheet,
        about=f"{INTEGRATION}:{integration.public_id}",
        title=title[:LONGEST_TITLE],
        category=TECHNICAL_SUPPORT,
        description=description,
        suggested=_weight(incident).value,
        incidents=(incident.public_id,),
        answers={"environment": incident.environment.name},
    )


def _weight(incident: Incident) -> CaseSeverity:
    """Return how much it weighs for a case; nothing in the sandbox is critical."""
    weight = _WEIGHTS.get(incident.severity, CaseSeverity.MEDIUM)
    is_sandbox = incident.environment.name == EnvironmentName.SANDBOX
    return max(weight, CaseSeverity.MEDIUM) if is_sandbox else weight


def _evidence(incident: Incident, setting: Setting) -> str:
    """Return the evidence as text in the active language, for the writer to go on from."""
    zone = setting.actor.effective_time_zone
    began = format_moment(incident.started_at, setting.language, zone if is_zone(zone) else "UTC")
    rows = [
        (_("Incident"), title_of(incident)),
        (_("Integration"), kind_name(incident.environment.integration.kind)),
        (_("Environment"), environment_name(incident.environment.name)),
        (_("Began"), began),
        *labelled(incident),
    ]
    lines = (_("%(label)s: %(value)s") % {"label": label, "value": value} for label, value in rows)
    return "\n".join(lines)[:_LONGEST_EVIDENCE] + "\n\n"
