"""The contact information of the demo's companies, in the shape of the form (`contacts/formshape.py`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liaison.catalog.vocabulary import ContactField
from liaison.contacts.formshape import FormData, blank_entry, blank_form, blank_hours, blank_shared

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liaison.demo.cast import Company


def form_for(company: Company, public_ids: Mapping[str, str], *, asks_for_merchants: bool) -> FormData:
    """Return the complete form of a company. `public_ids` maps the keys of its people to their identities.

    The first alert contact also stands first for emergencies, so that one mail names both reasons.
    """
    form = blank_form()
    host = f"{company.slug}.test"
    first, *_others = company.alert_contacts
    form[ContactField.ALERT] = [blank_entry() | {"identity": public_ids[key]} for key in company.alert_contacts]
    form[ContactField.EMERGENCY] = [
        blank_entry() | {"identity": public_ids[first]},
        _alias(f"pager@{host}", f"{company.name}: on call") | {"pages_somebody": True},
    ]
    form[ContactField.NON_EMERGENCY] = [_alias(f"engineering@{host}", "Engineering")]
    if asks_for_merchants:
        form[ContactField.MERCHANT] = [_alias(f"merchants@{host}", "Merchants")]
    form[ContactField.OPERATOR] = [_alias(f"duty-desk@{host}", "Duty desk")]
    form[ContactField.SHARED] = [blank_shared() | {"address": f"help@{host}"}]
    form[ContactField.HOURS] = [
        blank_hours(zone) | {"days": list(days), "start": start, "end": end} for days, start, end, zone in company.hours
    ]
    return form


def _alias(address: str, name: str) -> dict[str, object]:
    return blank_entry() | {"address": address, "name": name, "is_shared_alias": True}
