"""What counts as a problem: the list of rules, one rule with its form and history, and an integration's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from liaison import catalog
from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Identity
from liaison.catalog.rules import Rule
from liaison.catalog.vocabulary import Severity
from liaison.detection import access, actions
from liaison.detection.forms import RuleForm
from liaison.detection.models import RuleOverride
from liaison.detection.promql import COMPARED, as_yaml
from liaison.detection.replaying import can_be_tried
from liaison.detection.rulebook import is_for_kind, rules_for
from liaison.detection.rulehistory import history_of, place_names
from liaison.detection.ruleplaces import EVERYBODY, RulePlace, effective_at, override_at, overrides_of, place_for
from liaison.detection.saying import sentences_of
from liaison.detection.wording import PARAMETERS
from liaison.integrations.access import integration_for
from liaison.integrations.wording import kind_name
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Invalid, Missing
from liaison.web import wording
from liaison.web.pages import redirect_to_address, render_page


@dataclass(frozen=True)
class Line:
    """One rule in a list: its name and sentences in the reader's language, and where it differs."""

    rule: Rule
    name: str
    sentences: list[str]
    severity: str
    kinds: list[str]
    changed_at: int = 0
    is_off: bool = False


@signed_in
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """List the rules as they hold for everybody, for staff."""
    reader = identity_of(request)
    access.require_staff(reader)
    overrides: dict[str, list[RuleOverride]] = {}
    for one in RuleOverride.objects.all():
        overrides.setdefault(one.rule, []).append(one)
    lines = []
    for rule in catalog.rules().values():
        held, is_on = effective_at(rule, RulePlace()) if rule.key in overrides else (rule, True)
        lines.append(_line(held, changed_at=len(overrides.get(rule.key, ())), is_off=not is_on))
    return render_page(request, "detection/rules.html", {"lines": lines})


@signed_in
@require_safe
def rule(request: HttpRequest, key: str) -> HttpResponse:
    """Show one rule: what it says, where it differs, its history, and the form for those who change rules."""
    reader = identity_of(request)
    found = access.rule_for(reader, key)
    return render_page(
        request, "detection/rule.html", rule_context(request, found, place_of_address(reader, found, request))
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def change_rule(request: HttpRequest, key: str) -> HttpResponse:
    """Save other numbers at the place that the address names."""
    actor = identity_of(request)
    found = access.rule_for(actor, key)
    access.require_manage(actor)
    place = place_of_address(actor, found, request)
    if request.method != "POST":
        return redirect_to_address(request, address_of(found, place))
    form = RuleForm(request.POST, rule=found)
    if form.is_valid():
        try:
            actions.change_rule(
                actor=actor,
                rule=found,
                place=place,
                parameters=form.parameters(),
                is_on=form.cleaned_data["is_on"],
                now=utc_now(),
            )
        except Invalid as invalid:
            mark(form, invalid)
        else:
            messages.success(request, _("The rule was changed. It holds from the next minute on."))
            return redirect_to_address(request, address_of(found, place))
    context = rule_context(request, found, place, form=form)
    return render_page(
        request,
        "detection/rule.html",
        context,
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        address=address_of(found, place),
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def reset_rule(request: HttpRequest, key: str) -> HttpResponse:
    """Ask first, then take back what was changed at the place that the address names."""
    actor = identity_of(request)
    found = access.rule_for(actor, key)
    access.require_manage(actor)
    place = place_of_address(actor, found, request)
    if request.method == "POST":
        try:
            actions.reset_rule(actor=actor, rule=found, place=place, now=utc_now())
            messages.success(request, _("The change was taken back."))
        except Conflict as conflict:
            messages.warning(request, wording.text_of(conflict))
        return redirect_to_address(request, address_of(found, place))
    context = {"rule": found, "name": name_of(found), "back": address_of(found, place), "place": _name(place)}
    return render_page(request, "detection/reset_rule.html", context)


@signed_in
@require_safe
def integration_rules(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what counts as a problem of one integration, to everybody who sees it."""
    reader = identity_of(request)
    integration = integration_for(reader, public_id)
    context = {
        "integration": integration,
        "kind": kind_name(integration.kind),
        "lines": [_line(one) for one in rules_for(integration)],
        "may_manage": access.may_manage(reader),
        "is_own": integration.account_id == reader.account.pk,
    }
    return render_page(request, "detection/integration_rules.html", context)


def rule_context(
    request: HttpRequest, found: Rule, place: RulePlace, *, form: RuleForm | None = None, **more: Any
) -> Mapping[str, Any]:
    """Return what the page of a rule shows; `form` where one was sent."""
    reader = identity_of(request)
    held, is_on = effective_at(found, place)
    page, entries = history_of(reader, found, request.GET.get("page"))
    return {
        "rule": found,
        "line": _line(held, is_off=not is_on),
        "place": place,
        "place_name": _name(place),
        "query": f"?place={place.key}",
        "places": _places(reader, found, place),
        "form": (form or RuleForm(rule=held, is_on=is_on)) if access.may_manage(reader) else None,
        "is_changed_here": override_at(found, place) is not None,
        "differences": _differences(reader, found),
        "page": page,
        "history": entries,
        "can_be_tried": can_be_tried(found),
        "promql": as_yaml(held) if held.measure in COMPARED else "",
        **more,
    }


def address_of(found: Rule, place: RulePlace) -> str:
    return f"{reverse('rule', kwargs={'key': found.key})}?place={place.key}"


def name_of(found: Rule) -> str:
    return found.name(get_language() or "en")


def mark(form: RuleForm, invalid: Invalid) -> None:
    """Show every problem at its field, with limits in the unit of the field."""
    for problem in invalid.problems:
        field = problem.field if problem.field in form.fields else None
        facts = {name: form.limit_in_words(problem.field, value) for name, value in problem.facts.items()}
        form.add_error(field, wording.text(problem.code, facts))


def place_of_address(actor: Identity, found: Rule, request: HttpRequest) -> RulePlace:
    """Return the place that the address names; what is no place there is missing."""
    try:
        return place_for(actor, found, request.GET.get("place", EVERYBODY))
    except Invalid as invalid:
        raise Missing from invalid


def _places(reader: Identity, found: Rule, place: RulePlace) -> list[tuple[str, str]]:
    """Return the places to choose from: all, the kinds that have the rule, and the integration one came from."""
    keys = [EVERYBODY, *(f"kind:{kind}" for kind in catalog.integration_kinds() if is_for_kind(found, kind))]
    keys += [one.key for one in _changed_places(reader, found) if one.integration is not None]
    if place.key not in keys:
        keys.append(place.key)
    names = place_names(keys)
    return [(key, names[key]) for key in keys]


def _differences(reader: Identity, found: Rule) -> list[tuple[str, str, RuleOverride, list[str]]]:
    """Return where the rule differs from the catalog: name of the place, address, the change, and its words."""
    places = _changed_places(reader, found)
    names = place_names([place.key for place in places])
    lines = []
    for place, override in zip(places, overrides_of(reader, found), strict=True):
        words = [str(PARAMETERS[name]) for name in override.parameters if name in PARAMETERS]
        lines.append((names[place.key], address_of(found, place), override, words))
    return lines


def _changed_places(reader: Identity, found: Rule) -> list[RulePlace]:
    return [RulePlace(kind=one.kind, integration=one.integration) for one in overrides_of(reader, found)]


def _name(place: RulePlace) -> str:
    return place_names([place.key])[place.key]


def _line(held: Rule, *, changed_at: int = 0, is_off: bool = False) -> Line:
    return Line(
        rule=held,
        name=name_of(held),
        sentences=sentences_of(held),
        severity=catalog.severities()[Severity(held.severity)].name(get_language() or "en"),
        kinds=[kind_name(kind) for kind in held.kinds],
        changed_at=changed_at,
        is_off=is_off,
    )
