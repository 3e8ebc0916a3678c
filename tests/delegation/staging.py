"""A stage where each thing happens twice: by the real verb, and as a fact in the chronicle that the oracle judges by.

Every text that somebody types holds a canary: a random word that stands nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Final, NamedTuple

from liaison.accounts import actions as accounts
from liaison.accounts.models import Account, CustomRole, Domain, Identity, RoleAssignment
from liaison.accounts.rights import AccountKind, PredefinedRole, Privilege
from liaison.accounts.testing import TESTS, make_account, make_identity
from liaison.cases import actions as cases
from liaison.cases.models import Case, Share
from liaison.cases.testing import make_case, make_closed, make_update
from liaison.delegation import actions as delegation
from liaison.delegation.actions.writing import Doer, signed_in
from liaison.delegation.indexing import index_customers
from liaison.delegation.models import Bond, SalesRecord
from liaison.delegation.testing import add_domain
from liaison.delegation.vocabulary import GrantLevel, Tie
from liaison.files.testing import make_file
from tests.delegation.chronicle import Chronicle, account_of
from tests.delegation.facts import Kind, Level, Person, Span, World

SHARED_WORD: Final = "quokka"
"""Stands in the title of every case: by it a search finds all that the reader sees."""
_LETTERS: Final = "bcdfghjklmnpqrstvwxz"
_PRIVILEGES: Final = {
    "support": Privilege.SUPPORT,
    "view_customers": Privilege.VIEW_CUSTOMERS,
    "access_cases": Privilege.ACCESS_CUSTOMER_CASES,
    "legacy_reseller": Privilege.LEGACY_RESELLER_SUPPORT,
    "legacy_enterprise": Privilege.LEGACY_ENTERPRISE,
}


class About(NamedTuple):
    """What a canary stands in: a kind of text, of a case or customer of this name."""

    kind: str
    name: str


@dataclass
class Stage:
    """The real thing of each name in the chronicle, and what stands in each canary's place."""

    chronicle: Chronicle = field(default_factory=Chronicle)
    accounts: dict[str, Account] = field(default_factory=dict)
    domains: dict[str, Domain] = field(default_factory=dict)
    people: dict[str, Identity] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    shares: dict[tuple[str, str], Share] = field(default_factory=dict)
    attachments: dict[str, str] = field(default_factory=dict)
    note_files: dict[str, str] = field(default_factory=dict)
    requests: dict[str, str] = field(default_factory=dict)
    corrections: dict[str, str] = field(default_factory=dict)
    canaries: dict[str, About] = field(default_factory=dict)

    @property
    def world(self) -> World:
        return self.chronicle.world

    def canary(self, kind: str, name: str) -> str:
        draw = Random(len(self.canaries))  # noqa: S311  # no secret
        word = "zq" + "".join(draw.choice(_LETTERS) for _ in range(12))
        self.canaries[word] = About(kind, name)
        return word

    # Who there is.

    def account(self, name: str, kind: AccountKind, at: datetime) -> None:
        """Make an account with its domain `<name>.1`, and a customer with its sales record."""
        account = make_account(name, kind, now=at)
        self.know_account(name, account)
        if kind is AccountKind.CUSTOMER:
            company, address, contact, mailbox = (self.canary("sales", name) for _ in range(4))
            SalesRecord.objects.update_or_create(
                customer=account,
                defaults={
                    "company": company,
                    "address": f"Via {address} 1",
                    "contact_name": contact,
                    "contact_address": f"{mailbox}@{name}.test",
                    "link_address": f"{mailbox}@{name}.test",
                    "changed_at": at,
                },
            )
            index_customers([account.pk])

    def know_account(self, name: str, account: Account) -> None:
        self.accounts[name] = account
        self.world.kinds[name] = Kind(account.kind)
        self.domains[f"{name}.1"] = Domain.objects.select_related("account").get(account=account)

    def second_domain(self, account: str, at: datetime) -> None:
        self.domains[f"{account}.2"] = add_domain(self.accounts[account], f"second.{account}.test", now=at)

    def person(self, name: str, domain: str, role: str, at: datetime) -> None:
        account = account_of(domain)
        identity = make_identity(
            self.accounts[account], PredefinedRole(role), f"{name.title()} Person",
            language="en", mailbox=f"{name}@{account}.test", now=at,
        )  # fmt: skip
        if domain.endswith(".2"):
            Identity.objects.filter(pk=identity.pk).update(domain=self.domains[domain])
        self.know(name, identity, domain, role)

    def person_with(self, name: str, domain: str, privileges: frozenset[str], at: datetime) -> None:
        """Make somebody whose one role the account made for itself, of words of D12's tree."""
        self.person(name, domain, PredefinedRole.READER, at)
        values = [_PRIVILEGES[one].value for one in sorted(privileges)]
        own = CustomRole.objects.create(account=self.accounts[account_of(domain)], name=name, privileges=values)
        RoleAssignment.objects.filter(identity=self.people[name]).update(predefined="", custom=own)
        self.know(name, self.people[name], domain, "", privileges)

    def know(self, name: str, identity: Identity, domain: str, role: str, own: frozenset[str] = frozenset()) -> None:
        self.world.people[name] = Person(name, account_of(domain), domain, role, own)
        self.people[name] = identity
        self.again(name)

    def again(self, person: str) -> Identity:
        """Read somebody anew, as the next request does."""
        self.people[person] = Identity.objects.with_account().get(pk=self.people[person].pk)
        return self.people[person]

    def group(self, name: str, account: str, members: list[str], at: datetime) -> None:
        accounts.create_group(
            actor=TESTS, account=self.accounts[account], address=f"{name}@{account}.portal.test", name=name,
            members=[self.people[one] for one in members], now=at,
        )  # fmt: skip
        self.world.groups[name] = frozenset(members)

    def suspend(self, person: str, at: datetime) -> None:
        accounts.suspend_identity(actor=TESTS, identity=self.people[person], now=at)
        self.chronicle.suspended(person, at)
        self.again(person)

    def restore(self, person: str, at: datetime) -> None:
        accounts.restore_identity(actor=TESTS, identity=self.people[person], now=at)
        self.chronicle.restored(person, at)
        self.again(person)

    # Relations and grants, by the system and by an administrator of the customer.

    def manage(self, customer: str, domain: str, at: datetime) -> None:
        why = self.canary("bond", customer)
        delegation.set_manager(
            actor=TESTS, customer=self.accounts[customer], domain=self.domains[domain], why=why, now=at
        )
        self.chronicle.manages(customer, domain, at)

    def end_management(self, customer: str, at: datetime) -> None:
        delegation.end_management(actor=TESTS, customer=self.accounts[customer], why="", now=at)
        self.chronicle.manages_no_longer(customer, at)

    def support(self, customer: str, by: str, account: str, at: datetime) -> None:
        delegation.begin_support(
            actor=self.people[by], customer=self.accounts[customer], partner=self.accounts[account],
            why=self.canary("bond", customer), now=at,
        )  # fmt: skip
        self.chronicle.supports(customer, account, at)

    def end_support(self, customer: str, by: str, account: str, at: datetime) -> None:
        rows = Bond.objects.select_related("customer", "account").filter(tie=Tie.SUPPORTS, ended_at=None)
        bond = rows.get(customer=self.accounts[customer], account=self.accounts[account])
        delegation.end_support(actor=self.people[by], bond=bond, why="", now=at)
        self.chronicle.supports_no_longer(customer, account, at)

    def _doer(self, by: str) -> Doer:
        """Return somebody, or the system in the place of a customer without users."""
        return signed_in(self.people[by] if by else TESTS)

    def grant(self, customer: str, by: str, account: str, level: Level, at: datetime) -> None:
        delegation.grant_access(
            actor=self._doer(by), customer=self.accounts[customer], account=self.accounts[account],
            level=GrantLevel(level), why=self.canary("grant", customer), now=at,
        )  # fmt: skip
        self.chronicle.granted(customer, account, level, at)

    def revoke(self, customer: str, by: str, account: str, at: datetime) -> None:
        delegation.revoke_access(
            actor=self._doer(by), customer=self.accounts[customer], account=self.accounts[account],
            why=self.canary("grant", customer), now=at,
        )  # fmt: skip
        self.chronicle.revoked(customer, account, at)

    def ask(self, customer: str, by: str, at: datetime) -> None:
        """Let somebody who works for a customer ask for all that it can grant."""
        asked = delegation.ask_access(actor=self.people[by], customer=self.accounts[customer], now=at)
        self.requests[customer] = asked.public_id

    def correct(self, customer: str, by: str, at: datetime) -> None:
        """Let somebody who works for a customer say what is wrong in its sales record."""
        text = self.canary("correction", customer)
        asked = delegation.ask_correction(actor=self.people[by], customer=self.accounts[customer], text=text, now=at)
        self.corrections[customer] = asked.public_id

    # Cases.

    def file(self, name: str, by: str, customer: str, at: datetime, **values: object) -> None:
        """File a case with an attachment; every text of it holds a canary."""
        title, text, file_name, content = (self.canary("case", name) for _ in range(4))
        file = make_file(self.people[by], at, name=f"{file_name}.txt", content=content.encode())
        case = make_case(
            self.people[by], now=at, account=self.accounts[customer], title=f"{SHARED_WORD} {title}",
            description=f"It says {text} now.", files=(file.public_id,), **values,
        )  # fmt: skip
        self.cases[name] = case
        self.attachments[name] = case.attachments.get().public_id
        self.chronicle.filed(name, customer, at)

    def note(self, case: str, by: str, at: datetime) -> None:
        """Let staff note something with a file (W8), and answer beside it."""
        text, file_name, content = (self.canary("note", case) for _ in range(3))
        file = make_file(self.people[by], at, name=f"{file_name}.txt", content=content.encode())
        cases.add_note(actor=self.people[by], case=self.cases[case], text=text, files=[file.public_id], now=at)
        self.note_files[case] = self.cases[case].attachments.exclude(note=None).get().public_id
        make_update(self.people[by], self.cases[case], text=f"We see {self.canary('case', case)}.", now=at)

    def close(self, case: str, at: datetime) -> None:
        make_closed(TESTS, self.cases[case], now=at)
        self.chronicle.closed(case, at)

    def reopen(self, case: str, by: str, at: datetime) -> None:
        cases.reopen_case(actor=self.people[by], case=self.cases[case], reason="It is back.", now=at)
        self.chronicle.closed(case, None)

    def hand_over(self, case: str, by: str, account: str, at: datetime) -> None:
        """Hand one case over; where the account sees it already, the verb leaves everything as it is."""
        found = cases.hand_over_cases(
            actor=self._doer(by), customer=self.accounts[self.world.cases[case].customer],
            account=self.accounts[account], numbers=[self.cases[case].number], now=at,
        )  # fmt: skip
        if found:
            self.chronicle.handed_over(case, account, at)

    def share(
        self, case: str, by: str, to: str, at: datetime, *, comment: bool = False, until: datetime | None = None
    ) -> None:
        """Share a case with a person by its mailbox, or with the members of a group of the case's account."""
        is_group = to in self.world.groups
        address = f"{to}@{self.world.cases[case].customer}.portal.test" if is_group else self.people[to].mailbox
        right = "comment" if comment else "view"
        share = cases.share_case(
            actor=self.people[by], case=self.cases[case], address=address, right=right, expires_at=until, now=at
        )
        self.shares[case, to] = share
        self.chronicle.shared(case, by, to, Span(at, share.expires_at), comment=comment)

    def end_share(self, case: str, by: str, to: str, at: datetime) -> None:
        share = Share.objects.select_related("case__account").get(pk=self.shares[case, to].pk)
        cases.end_share(actor=self.people[by], share=share, now=at)
        self.chronicle.unshared(case, to, at)
