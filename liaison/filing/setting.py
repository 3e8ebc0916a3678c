"""What a form is filled in for: the person, the account and its integrations, and what the catalog offers them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import AccountKind
from liaison.catalog.casework import (
    TECHNICAL_SUPPORT,
    URGENT_TECHNICAL_SUPPORT,
    Category,
    Product,
    Question,
    asked,
    find_categories,
    severity_of,
)
from liaison.catalog.loader import case_severities, categories, products, urgent_criteria
from liaison.catalog.vocabulary import CaseSeverity
from liaison.delegation import directory
from liaison.filing.sheet import Sheet
from liaison.integrations.models import Integration, Stage
from liaison.lib.prepared import Prepared
from liaison.lib.refusals import Missing, Refusal

INTEGRATION = "integration"
PRODUCT = "product"


@dataclass(frozen=True)
class Setting:
    """Read once for a request. `language` is the reader's.

    `barrier` is why a case that a delegate writes for a customer cannot be filed now (`access.barrier_of`).
    """

    actor: Identity
    account: Account
    language: str
    barrier: Refusal | None = None

    @property
    def is_for_another(self) -> bool:
        return self.account.pk != self.actor.account.pk

    @property
    def is_delegated(self) -> bool:
        return self.is_for_another and not self.actor.is_staff

    @property
    def is_gone(self) -> bool:
        """Whether the customer is none of the actor's any more: nothing is shown of it, not even its name."""
        return isinstance(self.barrier, Missing)

    @property
    def files_account(self) -> Account:
        """Whose room the files take: for a delegate its own account's, as on the page of a case."""
        return self.actor.account if self.is_delegated else self.account

    @cached_property
    def customer(self) -> directory.Row | None:
        """The customer's sales record and what it grants, for whoever files for it; None for one's own account."""
        if self.account.kind != AccountKind.CUSTOMER or not self.is_for_another or self.is_gone:
            return None
        return directory.row_of(self.actor, self.account)

    @cached_property
    def integrations(self) -> tuple[Integration, ...]:
        return tuple(_INTEGRATIONS.rows(self.account.pk))

    @cached_property
    def other_products(self) -> tuple[Product, ...]:
        """What a case can be about without an integration: kinds that the account does not use come last."""
        used = {integration.kind for integration in self.integrations}
        free = [product for product in products().values() if product.kind not in used]
        return tuple(sorted(free, key=lambda product: bool(product.kind)))

    def integration_of(self, sheet: Sheet) -> Integration | None:
        if sheet.kind_of_subject != INTEGRATION:
            return None
        return next((one for one in self.integrations if one.public_id == sheet.key_of_subject), None)

    def product_of(self, sheet: Sheet) -> str:
        """Return the key of the product, empty where none that exists is chosen."""
        integration = self.integration_of(sheet)
        if integration is not None:
            return integration.kind
        is_free = any(product.key == sheet.key_of_subject for product in self.other_products)
        return sheet.key_of_subject if sheet.kind_of_subject == PRODUCT and is_free else ""

    def categories_for(self, sheet: Sheet, wanted: str = "") -> tuple[Category, ...]:
        """Return the categories of the chosen product that fit the words, all for no words."""
        return find_categories(categories(), wanted[:200], self.product_of(sheet), self.language)

    def category_of(self, sheet: Sheet) -> Category | None:
        """Return the chosen category, if it is one of the product."""
        return next((one for one in self.categories_for(sheet) if one.key == sheet.category), None)

    def questions_of(self, sheet: Sheet) -> tuple[Question, ...]:
        category = self.category_of(sheet)
        return asked(category, sheet.answers) if category else ()


def is_urgent(sheet: Sheet) -> bool:
    return sheet.category == URGENT_TECHNICAL_SUPPORT


def has_criterion(sheet: Sheet) -> bool:
    return sheet.criterion in urgent_criteria()


def can_be_urgent(integration: Integration | None) -> bool:
    """Say whether the criteria can hold: they are about production (S3)."""
    return integration is not None and integration.stage == Stage.LAUNCHED


def severity_for(sheet: Sheet) -> CaseSeverity | None:
    """Return the worst severity of which a statement is ticked, else what an incident suggests; urgent is critical."""
    if is_urgent(sheet):
        return CaseSeverity.CRITICAL
    ticked = severity_of(frozenset(sheet.impacts), case_severities())
    return ticked or next((level for level in CaseSeverity if level == sheet.suggested), None)


def files_of(ids: Iterable[str]) -> tuple[str, ...]:
    """Return ids that a file can have."""
    return tuple(one for one in ids if one.isascii() and one.isalnum() and len(one) <= _LONGEST_ID)


_LONGEST_ID = 14
NORMAL_SUPPORT = TECHNICAL_SUPPORT
# Each step of the form asks for them.
_INTEGRATIONS: Final = Prepared(
    lambda account: Integration.objects.filter(account=account).order_by("created_at", "pk"), int
)
