"""What a rule says, in plain sentences of the active language; numbers and shares in its own way of writing them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liaison.catalog.rules import Effect, Measure, Rule
from liaison.lib.dates import format_duration, format_names, format_number, format_share

SHARES: Final = frozenset(
    {Measure.ERROR_RATE, Measure.DECLINED_RATE, Measure.FEED_ERROR_RATE, Measure.FEED_STALE_SHARE}
)
"""The measures whose threshold is a share, which people read and write in percent."""


def sentences_of(rule: Rule) -> list[str]:
    """Return what the rule says, one sentence after the other: when it is bad, the floors, durations, the effect."""
    said = [*_actions(rule), _MAIN[rule.measure](rule)]
    if rule.minutes and not rule.long_minutes:
        said.append(_("It looks at this stretch of time: %(window)s.") % {"window": _minutes(rule.minutes)})
    said += [*_floors(rule), *_clearing(rule)]
    if rule.for_minutes:
        said.append(
            _("How long it must be bad before anybody is told: %(duration)s.")
            % {"duration": _minutes(rule.for_minutes)}
        )
    if rule.clear_minutes:
        said.append(
            _("How long it must be good before it is over: %(duration)s.") % {"duration": _minutes(rule.clear_minutes)}
        )
    if rule.effect is Effect.DISABLE:
        said.append(_("The integration is disabled, and set live again by itself once it is over."))
    return said


def threshold_in_words(rule: Rule, value: float) -> str:
    """Return a value of the rule's measure with its unit, as the active language writes it."""
    if rule.measure in SHARES:
        return format_share(value, _language())
    if rule.measure in {Measure.SILENCE, Measure.CHECK_FAILING}:
        return _minutes(value)
    if rule.measure is Measure.LATENCY:
        return _("%(number)s ms") % {"number": format_number(value, _language())}
    return format_number(value, _language())


def _actions(rule: Rule) -> list[str]:
    if not rule.actions:
        return []
    names = {"actions": format_names(rule.actions, _language())}
    if rule.together:
        return [_("It looks at these actions together: %(actions)s.") % names]
    return [_("It looks at this action: %(actions)s.") % names]


def _error_rate(rule: Rule) -> str:
    words = (
        _("It is bad when more than %(threshold)s of the calls fail.")
        if rule.is_over
        else _("It is bad when %(threshold)s or more of the calls fail.")
    )
    return words % _limit(rule)


def _declined_rate(rule: Rule) -> str:
    words = (
        _("It is bad when payments are declined in more than %(threshold)s of the calls.")
        if rule.is_over
        else _("It is bad when payments are declined in %(threshold)s or more of the calls.")
    )
    return words % _limit(rule)


def _latency(rule: Rule) -> str:
    words = (
        _("It is bad when calls take more than %(threshold)s on average.")
        if rule.is_over
        else _("It is bad when calls take %(threshold)s or more on average.")
    )
    return words % _limit(rule)


def _burn_rate(rule: Rule) -> str:
    facts = {
        "objective": format_share(rule.objective, _language()),
        "share": format_share(min(1.0, rule.threshold * (1 - rule.objective)), _language()),
        "factor": format_number(rule.threshold, _language()),
        "short": _minutes(rule.minutes),
        "long": _minutes(rule.long_minutes),
    }
    return (
        _(
            "The objective is that %(objective)s of the calls succeed. It is bad when %(share)s or more fail both in "
            "a short and in a long window, %(factor)s times what it allows. The windows: %(short)s, %(long)s."
        )
        % facts
    )


def _silence(rule: Rule) -> str:
    facts = {**_limit(rule), "calls": format_number(rule.min_calls, _language())}
    return (
        _(
            "It is bad when an action is no longer called, though at this time of the days before at least %(calls)s "
            "calls came in as long a time. Time without a call: %(threshold)s."
        )
        % facts
    )


def _feed_error_rate(rule: Rule) -> str:
    words = (
        _("It is bad when more than %(threshold)s of the entities of a feed’s last run have errors.")
        if rule.is_over
        else _("It is bad when %(threshold)s or more of the entities of a feed’s last run have errors.")
    )
    return words % _limit(rule)


def _feed_stale_share(rule: Rule) -> str:
    words = (
        _("It is bad when more than %(threshold)s of the entities of a feed have not been updated for three days.")
        if rule.is_over
        else _("It is bad when %(threshold)s or more of the entities of a feed have not been updated for three days.")
    )
    return words % _limit(rule)


def _feed_missing(rule: Rule) -> str:
    return _("It is bad when no run of a feed has ended for %(threshold)s times the expected interval.") % _limit(rule)


def _check_failing(rule: Rule) -> str:
    return _(
        "It is bad when the health check gets no healthy answer for too long. Time it may fail: %(threshold)s."
    ) % _limit(rule)


def _check_unanswered(rule: Rule) -> str:
    return _("It is bad when so many requests of the health check in a row got no answer: %(threshold)s.") % _limit(
        rule
    )


def _heartbeat_missing(rule: Rule) -> str:
    return _("It is bad when no heartbeat has come for %(threshold)s times the expected interval.") % _limit(rule)


def _floors(rule: Rule) -> list[str]:
    """Name the least numbers without which a rate says nothing; that of silence stands in its own sentence."""
    if rule.measure is Measure.SILENCE:
        return []
    facts = {
        name: format_number(getattr(rule, f"min_{name}"), _language())
        for name in ("calls", "errors", "merchants", "entities")
    }
    if rule.measure is Measure.DECLINED_RATE:
        words = _(
            "It counts only with at least %(calls)s calls, %(errors)s declined payments and %(merchants)s different "
            "merchants."
        )
    elif rule.min_errors:
        words = _(
            "It counts only with at least %(calls)s calls, %(errors)s errors and %(merchants)s different merchants."
        )
    elif rule.min_calls:
        words = _("It counts only with at least %(calls)s calls.")
    elif rule.min_entities > 1:
        words = _("It counts only for feeds with at least %(entities)s entities.")
    else:
        return []
    return [words % facts]


def _clearing(rule: Rule) -> list[str]:
    if rule.clear_below is None or rule.clear_below == rule.threshold:
        return []
    return [_("It counts as good again below %(limit)s.") % {"limit": threshold_in_words(rule, rule.clear_below)}]


def _limit(rule: Rule) -> dict[str, str]:
    return {"threshold": threshold_in_words(rule, rule.threshold)}


def _minutes(minutes: float) -> str:
    return format_duration(timedelta(minutes=minutes), _language())


def _language() -> str:
    return get_language() or "en"


_MAIN: Final[Mapping[Measure, Callable[[Rule], str]]] = {
    Measure.ERROR_RATE: _error_rate,
    Measure.DECLINED_RATE: _declined_rate,
    Measure.LATENCY: _latency,
    Measure.BURN_RATE: _burn_rate,
    Measure.SILENCE: _silence,
    Measure.FEED_ERROR_RATE: _feed_error_rate,
    Measure.FEED_STALE_SHARE: _feed_stale_share,
    Measure.FEED_MISSING: _feed_missing,
    Measure.CHECK_FAILING: _check_failing,
    Measure.CHECK_UNANSWERED: _check_unanswered,
    Measure.HEARTBEAT_MISSING: _heartbeat_missing,
}
