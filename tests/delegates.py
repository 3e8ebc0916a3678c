"""The delegated support of the house: a customer, the reseller that manages it, and two support partners.

Ugo administers the customer, Rosa reads there; Rita works for the reseller, which asks for more than it was granted.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from liaison.accounts.models import Account, Domain, Identity
from liaison.accounts.rights import AccountKind, PredefinedRole
from liaison.accounts.testing import TESTS, make_account, make_identity
from liaison.cases.actions import file_case, hand_over_cases, share_case
from liaison.cases.delegated.proving import Way, note_seen
from liaison.cases.models import Case, Share
from liaison.cases.testing import make_case, new_case
from liaison.delegation import actions
from liaison.delegation.actions.records import RecordValues
from liaison.delegation.actions.writing import signed_in
from liaison.delegation.testing import add_domain, make_customer
from liaison.delegation.vocabulary import GrantLevel


def make_delegates(now: datetime) -> dict[str, Identity]:
    """Make all of it by the verbs, over the last year; return the people by their keys."""
    begun, changed = now - timedelta(days=300), now - timedelta(days=120)
    customer = make_customer("osteria-ugo", now=begun, people=False)
    ugo = make_identity(customer, PredefinedRole.ADMINISTRATOR, "Ugo Utente", language="en", now=begun)
    rosa = make_identity(customer, PredefinedRole.READER, "Rosa Rossi", language="en", now=begun)
    former = make_account("altavista", AccountKind.RESELLER, name="Alta Vista Rivendite", now=begun)
    reseller = make_account("cielo", AccountKind.RESELLER, name="Cielo Services", now=begun)
    rita = make_identity(reseller, PredefinedRole.ADMINISTRATOR, "Rita Rivendita", language="en", now=begun)
    first = add_domain(former, "altavista.test", now=begun)
    actions.set_manager(actor=TESTS, customer=customer, domain=first, why="Sold by them", now=begun)

    def give(account: Account, level: GrantLevel, at: datetime) -> None:
        actions.grant_access(
            actor=signed_in(ugo), customer=customer, account=account, level=level, why="They set it up", now=at
        )

    give(former, GrantLevel.VIEW, begun + timedelta(days=10))
    actions.set_manager(actor=TESTS, customer=customer, domain=rita.domain, why="Sold anew", now=changed)
    give(reseller, GrantLevel.VIEW, changed + timedelta(days=5))
    helpers = make_account("aiuto", AccountKind.SUPPORT_PARTNER, name="Aiuto 24", now=begun)
    add_domain(helpers, "aiuto24.test", now=begun)
    hanna = make_identity(helpers, PredefinedRole.ADMINISTRATOR, "Hanna Hilfe", language="en", now=begun)
    make_account("soccorso", AccountKind.SUPPORT_PARTNER, name="Soccorso Digitale", now=begun)
    actions.begin_support(
        actor=ugo, customer=customer, partner=helpers, why="At night", now=changed + timedelta(days=20)
    )
    give(helpers, GrantLevel.MANAGE, changed + timedelta(days=21))
    actions.ask_access(actor=rita, customer=customer, now=now - timedelta(hours=5))
    _cases(ugo, hanna, begun, now)
    _links(customer, rita, now)
    return {"ugo": ugo, "rosa": rosa, "rita": rita, "hanna": hanna}


def _cases(ugo: Identity, hanna: Identity, begun: datetime, now: datetime) -> None:
    """File cases before today's reseller and partner came; hand one over to the partner, who shares it and looks."""
    filed = begun + timedelta(days=20)
    texts = ("Gli orari di apertura sono sbagliati", "A table that nobody booked", "예약 알림이 오지 않습니다")
    cases = [make_case(ugo, title=text, now=filed + timedelta(days=day)) for day, text in enumerate(texts)]
    hand_over_cases(
        actor=signed_in(ugo), customer=ugo.account, account=hanna.account, numbers=[cases[0].number],
        now=now - timedelta(days=9),
    )  # fmt: skip
    share_case(actor=hanna, case=cases[0], address="tecnico@aiuto24.test", right="view", now=now - timedelta(days=8))
    note_seen(hanna, cases[0], Way.PAGE, now - timedelta(days=8))
    _share_that_ended(ugo, cases[0], hanna.account, now)


def _share_that_ended(ugo: Identity, case: Case, account: Account, now: datetime) -> None:
    """Let a share stand there that ended with the access of the account."""
    share = share_case(actor=ugo, case=case, address="vecchio@example.test", right="view", now=now - timedelta(days=7))
    Share.objects.filter(pk=share.pk).update(revoked_at=now - timedelta(days=6), ended_with=account)


def _links(customer: Account, rita: Identity, now: datetime) -> None:
    """Let a former contact be asked about the new address, and the contact of a customer without users about access."""
    values = RecordValues(company="Osteria da Ugo", contact_name="Nina Nuova", contact_address="nina@osteria-ugo.test")
    actions.change_sales_record(actor=TESTS, customer=customer, values=values, now=now)
    quiet = make_customer("osteria-nuova", now=now - timedelta(days=9), people=False)
    Account.objects.filter(pk=quiet.pk).update(language="pl", time_zone="Europe/Warsaw")
    former = Domain.objects.get(name="altavista.test")
    actions.set_manager(actor=TESTS, customer=quiet, domain=former, why="", now=now - timedelta(days=9))
    new = new_case(quiet, title="Godziny otwarcia są błędne")
    file_case(actor=TESTS, new=new, now=now - timedelta(days=8))
    actions.set_manager(actor=TESTS, customer=quiet, domain=rita.domain, why="", now=now)
    actions.ask_access(actor=rita, customer=quiet, now=now)
