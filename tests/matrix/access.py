"""Who sees a customer's cases: the pages of its users, the signed links, and the operations."""

from __future__ import annotations

from typing import Final

from liaison.accounts.rights import Privilege
from liaison.delegation import actions as delegation
from tests.matrix.vocabulary import Anybody, Read, Route, Thing, Why, call, page

_READS: Final = (Privilege.VIEW_CASES, Privilege.STAFF_VIEW_CONTACTS)
_REVOKES: Final = Privilege.VIEW_CASES
_GRANTS: Final = Privilege.MANAGE_GRANTS
_REQUEST: Final = Thing.CUSTOMER_REQUEST
_OWN: Final = "account/access"
_CUSTOMER: Final = "customers/<slug>"

ACCESS_PAGES: Final[tuple[Route, ...]] = (
    page(_OWN, Read.READ, Privilege.VIEW_CASES),
    page(f"{_OWN}/history", Read.READ, Privilege.VIEW_CASES),
    page(f"{_OWN}/accounts/<slug:slug>/grant", delegation.grant_access, _REVOKES, Thing.ACCOUNT),
    page(f"{_OWN}/accounts/<slug:slug>/revoke", delegation.revoke_access, _REVOKES, Thing.ACCOUNT),
    page(f"{_OWN}/requests/<slug:public_id>/decline", delegation.answer_request, _GRANTS, Thing.ACCESS_REQUEST),
    page(f"{_OWN}/partners", Read.READ, _GRANTS),
    page(f"{_OWN}/partners/<slug:slug>/begin", delegation.begin_support, _GRANTS, Thing.ACCOUNT),
    page(f"{_OWN}/partners/<slug:slug>/end", delegation.end_support, _REVOKES, Thing.ACCOUNT),
    page("customers/<slug:slug>/end-support", delegation.end_support, _GRANTS, Thing.CUSTOMER),
    page("contact-links/access/<str:token>/", (Read.READ, delegation.use_contact_link), Why.MAILED_LINK),
    page("contact-links/address/<str:token>/", (Read.READ, delegation.confirm_contact_address), Why.MAILED_LINK),
)

ACCESS_OPERATIONS: Final[tuple[Route, ...]] = (
    call("GET", f"{_CUSTOMER}/access", Read.READ, _READS, Thing.CUSTOMER),
    call("GET", f"{_CUSTOMER}/access-history", Read.READ, _READS, Thing.CUSTOMER),
    call("PUT", f"{_CUSTOMER}/access/<account>", delegation.grant_access, _REVOKES, Thing.CUSTOMER),
    call("DELETE", f"{_CUSTOMER}/access/<account>", delegation.revoke_access, _REVOKES, Thing.CUSTOMER),
    call("POST", f"{_CUSTOMER}/support-partners", delegation.begin_support, _GRANTS, Thing.CUSTOMER),
    call("DELETE", f"{_CUSTOMER}/support-partners/<account>", delegation.end_support, Anybody.SEES, Thing.CUSTOMER),
    call("POST", f"{_CUSTOMER}/access-requests", delegation.ask_access, Anybody.SEES, Thing.CUSTOMER),
    call(
        "PUT", f"{_CUSTOMER}/access-requests/<request_id>", delegation.answer_request, _GRANTS, Thing.CUSTOMER_REQUEST
    ),
    call(
        "POST",
        f"{_CUSTOMER}/contact-links",
        delegation.send_contact_link,
        Privilege.STAFF_MANAGE_ACCOUNTS,
        Thing.CUSTOMER,
    ),
)
