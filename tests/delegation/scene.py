"""The world of the matrix: every situation that issue 7 names, played by the real verbs over sixty days until now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from liaison.accounts.rights import AccountKind, PredefinedRole
from liaison.accounts.testing import make_cast, make_identity
from liaison.cases.models import Case
from liaison.cases.vocabulary import UrgentState
from liaison.contacts.testing import complete_record
from liaison.integrations.testing import make_launched
from liaison.lib.clock import utc_now
from liaison.lib.testing import built_once
from tests.delegation.facts import Level
from tests.delegation.staging import Stage

ACTORS: Final = (
    *("rita", "twin", "edda", "vic", "lena", "cusa", "sus", "bob", "gus", "hal", "hera"),
    *("ugo", "edo", "rosa", "nora", "olga", "berta", "carlo"),
    *("gina", "xena", "yara", "zoe", "sven"),
    *("agent", "reto", "engineer", "manager", "administrator", "owner", "reader", "outsider"),
)
"""Everybody who acts: resellers' and support partners' people, customers', guests, staff, partners."""

_REAL_NOW: Final = utc_now()


@built_once
def make_scene() -> Stage:
    """Play everything. Cases are named by their customer's first letter and by when they were filed."""
    stage = Stage()
    _people(stage, _day(0))
    _first_days(stage)
    _shares(stage)
    _moves(stage)
    _lately(stage)
    _partners(stage)
    return stage


def _day(number: int) -> datetime:
    return _REAL_NOW - timedelta(days=60 - number)


def _people(stage: Stage, at: datetime) -> None:
    for name, kind in (
        ("alpha", AccountKind.RESELLER),
        ("beta", AccountKind.RESELLER),
        ("gamma", AccountKind.RESELLER),
        ("helper", AccountKind.SUPPORT_PARTNER),
        ("guests", AccountKind.PARTNER),
        *((one, AccountKind.CUSTOMER) for one in ("trattoria", "osteria", "bottega", "cantina", "lonely")),
    ):
        stage.account(name, kind, at)
    stage.second_domain("alpha", at)
    for name, domain, role in (
        ("rita", "alpha.1", "administrator"),
        ("twin", "alpha.2", "reseller_administrator"),
        ("edda", "alpha.1", "editor"),
        ("sus", "alpha.1", "reseller_administrator"),
        ("bob", "beta.1", "reseller_administrator"),
        ("gus", "gamma.1", "reseller_administrator"),
        ("hal", "helper.1", "administrator"),
        ("hera", "helper.1", "reader"),
        ("ugo", "trattoria.1", "administrator"),
        ("edo", "trattoria.1", "editor"),
        ("rosa", "trattoria.1", "reader"),
        ("olga", "osteria.1", "administrator"),
        ("berta", "bottega.1", "administrator"),
        ("carlo", "cantina.1", "administrator"),
        *((guest, "guests.1", "administrator") for guest in ("gina", "xena", "yara", "zoe", "sven")),
    ):
        stage.person(name, domain, role, at)
    stage.person_with("vic", "alpha.1", frozenset({"view_customers"}), at)
    stage.person_with("lena", "alpha.1", frozenset({"legacy_reseller"}), at)
    stage.person_with("cusa", "alpha.1", frozenset({"support", "access_cases"}), at)
    stage.person_with("nora", "trattoria.1", frozenset(), at)


def _first_days(stage: Stage) -> None:
    for customer, domain in (
        ("trattoria", "alpha.1"),
        ("osteria", "alpha.1"),
        ("bottega", "beta.1"),
        ("cantina", "alpha.1"),
        ("lonely", "alpha.2"),
    ):
        stage.manage(customer, domain, _day(1))
    for customer, by, account in (
        ("trattoria", "ugo", "alpha"),
        ("osteria", "olga", "alpha"),
        ("bottega", "berta", "beta"),
        ("cantina", "carlo", "alpha"),
        ("lonely", "", "alpha"),
    ):
        stage.grant(customer, by, account, Level.MANAGE, _day(1))
    stage.support("osteria", "olga", "helper", _day(3))
    stage.grant("osteria", "olga", "helper", Level.VIEW, _day(3))
    for name, by, customer in (
        ("t_early", "rita", "trattoria"),
        ("o_early", "olga", "osteria"),
        ("b_early", "bob", "bottega"),
        ("c_early", "rita", "cantina"),
        ("l_early", "twin", "lonely"),
    ):
        stage.file(name, by, customer, _day(4))


def _shares(stage: Stage) -> None:
    """Share the first case in every way, and let each of them come to its end."""
    stage.group("circle", "trattoria", ["nora"], _day(4))
    stage.share("t_early", "ugo", "gina", _day(5), comment=True, until=_day(300))
    stage.share("t_early", "ugo", "circle", _day(5), until=_day(300))
    stage.share("t_early", "ugo", "xena", _day(5), until=_day(20))
    stage.share("t_early", "edo", "yara", _day(5), until=_day(300))
    stage.share("t_early", "edo", "sven", _day(5), until=_day(300))
    stage.share("t_early", "rita", "zoe", _day(5), until=_day(300))
    stage.end_share("t_early", "ugo", "yara", _day(6))
    stage.suspend("sven", _day(7))
    stage.restore("sven", _day(8))


def _moves(stage: Stage) -> None:
    stage.end_management("cantina", _day(6))
    stage.manage("cantina", "alpha.2", _day(7))  # after a day without anybody
    stage.grant("cantina", "carlo", "alpha", Level.MANAGE, _day(7))
    stage.end_support("osteria", "olga", "helper", _day(9))
    stage.manage("trattoria", "beta.1", _day(10))
    stage.grant("trattoria", "ugo", "beta", Level.MANAGE, _day(11))
    stage.manage("osteria", "alpha.2", _day(10))  # within the account
    stage.support("trattoria", "ugo", "helper", _day(12))
    stage.grant("trattoria", "ugo", "helper", Level.VIEW, _day(12))
    stage.file("t_mid", "bob", "trattoria", _day(13))
    stage.file("t_own", "edo", "trattoria", _day(13))
    stage.file("o_mid", "olga", "osteria", _day(13))
    stage.grant("osteria", "olga", "alpha", Level.VIEW, _day(15))
    stage.manage("trattoria", "alpha.1", _day(20))
    stage.grant("trattoria", "ugo", "alpha", Level.MANAGE, _day(21))
    stage.grant("trattoria", "ugo", "helper", Level.MANAGE, _day(22))
    stage.revoke("bottega", "berta", "beta", _day(22))


def _lately(stage: Stage) -> None:
    _staff(stage)
    stage.file("t_old", "ugo", "trattoria", _day(22))
    stage.close("t_old", _day(25))
    stage.file("t_late", "rita", "trattoria", _day(25))
    stage.share("t_late", "rita", "zoe", _day(26), until=_day(300))
    stage.hand_over("t_mid", "edo", "alpha", _day(26))
    stage.file("c_late", "carlo", "cantina", _day(30))
    stage.file("t_closed", "ugo", "trattoria", _day(40))
    stage.note("t_late", "agent", _day(45))
    stage.note("t_mid", "agent", _day(45))
    stage.note("t_early", "agent", _day(45))
    stage.close("t_closed", _day(50))
    stage.file("t_help", "hal", "trattoria", _day(50))
    stage.suspend("sus", _day(55))
    stage.ask("osteria", "twin", _day(57))
    stage.correct("trattoria", "rita", _day(57))


def _staff(stage: Stage) -> None:
    cast = make_cast()
    stage.know_account("operator", cast.operator)
    reto = make_identity(cast.operator, PredefinedRole.READ_ONLY_STAFF, "Reto Reader")
    for name, identity, role in (
        ("agent", cast.agent, "support_agent"),
        ("reto", reto, "read_only_staff"),
        ("engineer", cast.engineer, "on_call_engineer"),
        ("manager", cast.manager, "partner_manager"),
        ("administrator", cast.administrator, "operator_administrator"),
    ):
        stage.know(name, identity, "operator.1", role)
    stage.know_account("bistro", cast.partner)
    stage.know_account("elsewhere", cast.elsewhere)
    stage.know("owner", cast.owner, "bistro.1", "administrator")
    stage.know("reader", cast.reader, "bistro.1", "reader")
    stage.know("outsider", cast.outsider, "elsewhere.1", "administrator")
    stage.world.assigned["bistro"] = "manager"


def _partners(stage: Stage) -> None:
    """A partner whose gate is open, with a case and one that triage confirmed to be urgent."""
    make_launched(stage.accounts["bistro"])
    complete_record(stage.people["owner"])
    stage.file("p_plain", "owner", "bistro", utc_now())
    stage.file("p_urgent", "owner", "bistro", utc_now())
    urgent = stage.cases["p_urgent"]
    Case.objects.filter(pk=urgent.pk).update(urgent_state=UrgentState.CONFIRMED, criterion="integration_down")
    urgent.refresh_from_db()
    stage.chronicle.filed("p_urgent", "bistro", urgent.created_at, is_confirmed_urgent=True)
