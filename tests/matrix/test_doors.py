"""Who is let in by which door of which room, asked without pages: one table of doors and people (W1, W2, W10).

Each condition of the rooms' `access.py` decides some of these answers: seeded faults are looked for here.
"""

from __future__ import annotations

from typing import Any, Final

from liaison.accounts.actors import Actor
from liaison.accounts.rights import PredefinedRole, Privilege
from liaison.accounts.testing import TESTS, give_only, make_identity
from liaison.lib.refusals import Forbidden, Missing
from tests.matrix.doors import ASKED, NAMED, OF_STAFF_ONLY, Ask
from tests.matrix.vocabulary import Thing
from tests.matrix.walk import NOBODY, Place

ANSWERS: Final = """
accounts.account_for               y yyyy - yyy y- y-
accounts.account_with_people_for   y yyyy - yyf y- y-
accounts.identity_for              y yyyy - yy- y- y-
accounts.invitation_for            y yyyy - yy- y- y-
accounts.token_for                 y y--- - --- -- y-
accounts.group_for                 y yyyy - yy- y- y-
notices.partner_for                y fff- - yff y- y-
notices.notice_for                 y yyy- - yy- y- y-
integrations.integration_for       y yyy- - yyy y- y-
integrations.pause_for             y yyy- - yyy y- y-
integrations.intake_key_for        y yyy- - yyy y- y-
integrations.brand_for             y yyy- - yyy y- y-
monitoring.environment_for         y yyy- - yyy y- y-
probes.health_check_for            y yyy- - yyy y- y-
probes.heartbeat_for               y yyy- - yyy y- y-
feeds.feed_for                     y yyy- - yyy y- y-
health.incident_for                y yyy- - yyy y- y-
health.escalation_for              y yyy- - yyy y- y-
contacts.endpoint_for              y yyyf - yyf y- y-
ledger.delivery_for                y yyy- - yyy y- y-
calendars.rota_for                 y ---- - yyy yy yy
calendars.layer_for                y ---- - yyy yy yy
calendars.override_for             y ---- - yyy yy yy
calendars.correction_for           y ---- - yyy yy yy
calendars.swap_for                 y ---- - y-y -- y-
mail.incoming_mail_for             y ---- - yff ff yf
drills.drill_for                   y yyyf - yyf y- y-
drills.tested_for                  y yyyf - yyf y- y-
signals.source_for                 y ---- - --- -- y-
expectations.expectation_for       y yyy- - yyy y- y-
detection.rule_for                 y ---- - yyy yy yy
help.entry_for                     y ---- - yff ff yf
help.picture_for                   y ---- - yff ff yf
help.feedback_for                  y ---- - yff ff yf
support.interest_for               - ---- - fff yy yf
accounts.visible_accounts          y yyyy n yyy yn yn
accounts.sees_account              y yyyy n yyy yn yn
accounts.sees_people               y yyyy n yyn yn yn
accounts.may edit                  y ynnn n nnn nn yn
accounts.may view                  y yyyn n yyy yn yn
accounts.may launch                y nnnn n nnn yn nn
accounts.require                   y yfff f fff ff yf
contacts.contact_record_for        y yyyf - yyf y- y-
contacts.endpoints_for             y yyyf - yyf y- y-
contacts.require_edit              y yyff - fff f- f-
contacts.may_edit                  y yynn n nnn nn nn
contacts.sees_whole_address        y yynn n nnn nn nn
drills.drills_for                  y yyyf - yyf y- y-
drills.tests_for                   y yyyf - yyf y- y-
drills.require_run                 y yyff - fff y- y-
integrations.brand_rows_for        y yyy- - yyy y- y-
integrations.may_launch            y nnnn n nnn yn yn
integrations.require               y yff- - fff f- y-
monitoring.visible_environments    y yyyn n yyy yn yn
health.visible_incidents           y yyyn n yyy yn yn
health.sees_incidents_of           y yyyn n yyy yn yn
health.may_work_on                 y yynn n yny yy yn
health.require_work                y yyf- - yfy y- y-
health.require_work_as_staff       y fff- - yfy y- y-
health.visible_escalations         y yyyn n yyy yn yn
health.previewable_integrations    y yyyn n yyn yn yn
health.visible_integrations        y yyyn n yyy yn yn
health.require_preview             y yyy- - yyf y- y-
health.sees_addresses              y yyyn n yyn yn yn
ledger.visible_deliveries          y yyyn n yyy yn yn
ledger.require_ledger              y yyyf y yyy yy yf
ledger.sees_addresses_of           y yyyn n yyn yn yn
ledger.sees_addresses_of nobody's  y nnnn n yyn yy yn
ledger.searches_addresses          y yyyn y yyn yy yn
ledger.require_send_again          y ffff f yfy yf yf
ledger.may_send_again nobody's     y nnnn n yny yy yn
ledger.require_send_now            y yfff f yfy yf yf
ledger.may_send_now nobody's       y nnnn n yny yy yn
notices.visible_notices            y yyyn n yyn yn yn
notices.require_notices            y yyyf y yyf yy yf
notices.require_write              y fff- - yff y- y-
expectations.visible_expectations  y yyyn n yyy yn yn
expectations.require_expectations  y yyyf y yyy yy yf
expectations.require_answer        f yyf- - fff f- f-
expectations.require_manage        y fff- - yfy y- y-
calendars.require_manage           y ---- - fff ff yf
calendars.may_be_called            n nnnn n yny nn yn
detection.require_manage           y ---- - fff ff yf
signals.visible_sources            y ---- - fff ff yf
help.require_writer                y ---- - yff ff yf
files.require_send                 y yyyy - yyy y- y-
files.require_send picture         y ffff f yff ff yf
"""
"""`y` yes, `n` no or nothing, `f` forbidden, `-` missing, said to: the system; the partner's administrator, editor,
reader, and somebody of it without a role; another partner's administrator; support agent, read-only staff, on-call
engineer; the partner's manager, another's; the operator's administrator, and somebody who is nothing but staff."""


def test_each_door_lets_in_whom_it_is_for(place: Place) -> None:
    people = _people(place)
    said = {}
    for name, (thing, ask) in (NAMED | OF_STAFF_ONLY).items():
        is_asked = [None if one is TESTS and name in OF_STAFF_ONLY else one for one in people]
        said[name] = "".join(_answer(ask, one, place.things[thing]) if one else "-" for one in is_asked)
    said |= {name: "".join(_answer(ask, one, place) for one in people) for name, ask in ASKED.items()}
    differing = {name: (said[name], answers) for name, answers in _table().items() if said[name] != answers}
    assert differing == {}
    assert said.keys() == _table().keys()


def test_behind_no_door_is_anything_that_is_not_there(place: Place) -> None:
    """Invariant 6: what may not be seen is answered as what does not exist."""
    people = _people(place)
    for name, (thing, ask) in NAMED.items():
        nobody = "9000000002" if thing is Thing.HELP_ANSWER else NOBODY
        for one, answer in zip(people, _table()[name], strict=True):
            assert _answer(ask, one, nobody) in ({"-", "f"} if answer == "f" else {"-"}), (name, one)


def _people(place: Place) -> list[Actor]:
    cast = place.cast
    nora = give_only(make_identity(cast.partner, name="Nora Nobody"), [])
    rolf = make_identity(cast.operator, PredefinedRole.READ_ONLY_STAFF, "Rolf Reader")
    otto = make_identity(cast.operator, PredefinedRole.PARTNER_MANAGER, "Otto Other")
    stella = give_only(make_identity(cast.operator, PredefinedRole.SUPPORT_AGENT, "Stella Staff"), [Privilege.STAFF])
    of_partner = [cast.owner, cast.colleague, cast.reader, nora, cast.outsider]
    return [TESTS, *of_partner, cast.agent, rolf, cast.engineer, cast.manager, otto, cast.administrator, stella]


def _answer(ask: Ask, *asked: Any) -> str:
    try:
        found = ask(*asked)
    except Missing:
        return "-"
    except Forbidden:
        return "f"
    return "y" if found is None or (found.exists() if hasattr(found, "exists") else found) else "n"


def _table() -> dict[str, str]:
    lines = [line.rsplit(maxsplit=6) for line in ANSWERS.strip().splitlines()]
    return {name: "".join(parts) for name, *parts in lines}
