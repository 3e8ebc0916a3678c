"""Customers in the register: what delegates see and ask, and what staff keep of them."""

from __future__ import annotations

from typing import Final

from liaison.accounts.rights import Privilege
from liaison.delegation import actions as delegation
from tests.matrix.vocabulary import Read, Route, Thing, call, page

_DELEGATES: Final = (
    Privilege.VIEW_CUSTOMERS,
    Privilege.LEGACY_RESELLER_SUPPORT,
    Privilege.LEGACY_ENTERPRISE,
    Privilege.WRITE_CASES,
)
_STAFF: Final = Privilege.STAFF_VIEW_CONTACTS
_ACCOUNTS: Final = Privilege.STAFF_MANAGE_ACCOUNTS
_SEES: Final = (*_DELEGATES, _STAFF)
_OF_A_CUSTOMER: Final = "desk/customers/<slug:slug>"

CUSTOMER_PAGES: Final[tuple[Route, ...]] = (
    page("customers", Read.READ, _DELEGATES),
    page("customers/<slug:slug>", Read.READ, _DELEGATES, Thing.CUSTOMER),
    page("customers/<slug:slug>/correction", delegation.ask_correction, _DELEGATES, Thing.CUSTOMER),
    page("access-requests", delegation.ask_access, _DELEGATES),
    page("desk/customers", Read.READ, _STAFF),
    page("desk/new-customer", delegation.create_customer, _ACCOUNTS),
    page(_OF_A_CUSTOMER, Read.READ, _STAFF, Thing.CUSTOMER),
    page(f"{_OF_A_CUSTOMER}/history", Read.READ, _STAFF, Thing.CUSTOMER),
    page(f"{_OF_A_CUSTOMER}/record", delegation.change_sales_record, _ACCOUNTS, Thing.CUSTOMER),
    page(f"{_OF_A_CUSTOMER}/record/address", delegation.confirm_new_address, _ACCOUNTS, Thing.CUSTOMER),
    page(f"{_OF_A_CUSTOMER}/manager", delegation.set_manager, _ACCOUNTS, Thing.CUSTOMER),
    page(f"{_OF_A_CUSTOMER}/manager/end", delegation.end_management, _ACCOUNTS, Thing.CUSTOMER),
    page(f"{_OF_A_CUSTOMER}/links/<slug:account>", delegation.send_contact_link, _ACCOUNTS, Thing.CUSTOMER),
    page("desk/corrections/<slug:public_id>/done", delegation.finish_correction, _ACCOUNTS, Thing.CORRECTION),
    page("desk/accounts/<slug:slug>/domains", (Read.READ, delegation.add_domain), _STAFF, Thing.ACCOUNT),
)

CUSTOMER_OPERATIONS: Final[tuple[Route, ...]] = (
    call("GET", "customers", Read.READ, _SEES),
    call("POST", "customers", delegation.create_customer, _ACCOUNTS),
    call("GET", "customers/<slug>", Read.READ, _SEES, Thing.CUSTOMER),
    call("PUT", "customers/<slug>/sales-record", delegation.change_sales_record, _ACCOUNTS, Thing.CUSTOMER),
    call(
        "PUT", "customers/<slug>/sales-record/confirmation", delegation.confirm_new_address, _ACCOUNTS, Thing.CUSTOMER
    ),
    call("PUT", "customers/<slug>/manager", delegation.set_manager, _ACCOUNTS, Thing.CUSTOMER),
    call("DELETE", "customers/<slug>/manager", delegation.end_management, _ACCOUNTS, Thing.CUSTOMER),
    call("POST", "customers/<slug>/corrections", delegation.ask_correction, _DELEGATES, Thing.CUSTOMER),
    call("GET", "corrections", Read.READ, _STAFF),
    call("PUT", "corrections/<correction_id>/done", delegation.finish_correction, _ACCOUNTS, Thing.CORRECTION),
    call("POST", "accounts/<slug>/domains", delegation.add_domain, _ACCOUNTS, Thing.ACCOUNT),
)
