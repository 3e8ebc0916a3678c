"""Contact information by API: complete, change, confirm, drafts, history; production and sandbox (C1, C2, C2b)."""

from __future__ import annotations

from typing import Any

from liaison.accounts.models import Account
from liaison.accounts.testing import TESTS
from liaison.api.tests.house import Caller, House, problem_of
from liaison.contacts.testing import complete_form
from liaison.integrations.actions import create_brand
from liaison.integrations.models import Brand, EnvironmentName
from liaison.lib.clock import utc_now

RECORD = "/accounts/bistro/contact-information"
PRODUCTION = "/accounts/bistro/environments/production/contact-information"
SANDBOX = "/accounts/bistro/environments/sandbox/contact-information"
OTHER = "/accounts/elsewhere/environments/production/contact-information"


def make_brand(account: Account) -> Brand:
    return create_brand(actor=TESTS, account=account, name="Foreign", slug="foreign", now=utc_now())


def complete(house: House, version: int, **changes: Any) -> dict[str, Any]:
    return {**complete_form(house.cast.owner), "version": version, **changes}


def test_the_first_complete_record_opens_the_gate(house: House) -> None:
    caller = Caller(house.cast.outsider)
    before = caller.get(OTHER).json()
    assert before["version"] == 0
    assert before["completeness"]["is_gated"] is True
    assert "alert_contacts" in before["completeness"]["missing"]
    form = complete_form(house.cast.outsider)
    after = caller.put(OTHER, {**form, "version": 0})
    assert after.status_code == 200, after.content
    assert after.json()["completeness"] | {"requirements": {}} == {
        "is_complete": True,
        "is_gated": False,
        "missing": [],
        "requirements": {},
    }


def test_an_incomplete_record_names_every_missing_field(house: House) -> None:
    problem = problem_of(Caller(house.cast.outsider).put(OTHER, {"version": 0}), 422)
    missing = Caller(house.cast.outsider).get("/accounts/elsewhere/contact-information/completeness").json()["missing"]
    assert {error["field"] for error in problem["errors"]} == set(missing)
    assert {error["code"] for error in problem["errors"]} == {"contact_required"}


def test_what_was_read_can_be_sent_back(house: House) -> None:
    caller = Caller(house.cast.colleague)
    read = caller.get(PRODUCTION).json()
    fields = complete_form(house.cast.owner).keys()
    again = caller.put(PRODUCTION, {**{name: read[name] for name in fields}, "version": read["version"]})
    assert again.status_code == 200
    assert again.json()["version"] == read["version"]
    assert again.json()["confirmed_by"]["name"] == "Carlo Colleague"


def test_the_second_editor_is_told_and_nothing_is_overwritten(house: House) -> None:
    owner, colleague = Caller(house.cast.owner), Caller(house.cast.colleague)
    version = owner.get(PRODUCTION).json()["version"]
    hours = [{"days": [1], "start": "08:00", "end": "24:00", "time_zone": "Europe/Rome"}]
    assert owner.put(PRODUCTION, complete(house, version, support_hours=hours)).status_code == 200
    problem = problem_of(colleague.put(PRODUCTION, complete(house, version)), 409)
    assert problem["facts"]["version"] == version + 1
    assert problem["facts"]["name"] == "Olivia Owner"
    assert owner.get(PRODUCTION).json()["support_hours"] == hours


def test_alert_contacts_are_refused_on_the_sandbox(house: House) -> None:
    """C2b: the API answers 422 on the sandbox, also for those that are already there, and for none at all."""
    caller = Caller(house.cast.owner)
    version = caller.get(SANDBOX).json()["version"]
    for alert in (complete_form(house.cast.owner)["alert_contacts"], []):
        problem = problem_of(caller.put(SANDBOX, complete(house, version, alert_contacts=alert)), 422)
        assert problem["errors"] == [
            {
                "field": "alert_contacts",
                "code": "contact_only_in_production",
                "detail": "Alert contacts can be given in the production environment only. Change them there.",
            }
        ]
    assert caller.get(SANDBOX).json()["version"] == version


def test_the_rest_can_be_changed_on_the_sandbox_and_alert_contacts_stay(house: House) -> None:
    caller = Caller(house.cast.owner)
    before = caller.get(SANDBOX).json()
    assert before["read_only"] == ["alert_contacts"]
    body = complete(house, before["version"], merchant_issue_contacts=[{"address": "other@bistro.test"}])
    del body["alert_contacts"]
    after = caller.put(SANDBOX, body)
    assert after.status_code == 200, after.content
    record = caller.get(PRODUCTION).json()
    assert record["alert_contacts"] == before["alert_contacts"] != []
    assert record["merchant_issue_contacts"][0]["address"] == "other@bistro.test"


def test_a_record_is_not_completed_from_the_sandbox(house: House) -> None:
    body = {**complete_form(house.cast.outsider), "version": 0}
    del body["alert_contacts"]
    path = OTHER.replace(EnvironmentName.PRODUCTION, EnvironmentName.SANDBOX)
    problem = problem_of(Caller(house.cast.outsider).put(path, body), 422)
    assert [error["field"] for error in problem["errors"]] == ["alert_contacts"]


def test_bad_addresses_are_named_and_nothing_is_stored(house: House) -> None:
    caller = Caller(house.cast.owner)
    version = caller.get(PRODUCTION).json()["version"]
    bad = [{"address": "a@evil.test@partner.test"}, {"address": "a@b.test\nBcc: c@d.test"}]
    problem = problem_of(caller.put(PRODUCTION, complete(house, version, operator_contacts=bad)), 422)
    assert {error["field"]: error["code"] for error in problem["errors"]} == {
        "operator_contacts.0.address": "contact_address_several_at_signs",
        "operator_contacts.1.address": "contact_address_control_character",
    }
    assert caller.get(PRODUCTION).json()["version"] == version


def test_a_foreign_user_or_brand_in_a_field_is_refused_as_unknown(house: House) -> None:
    """A foreign id in any field of a write looks like one that does not exist."""
    caller = Caller(house.cast.owner)
    version = caller.get(PRODUCTION).json()["version"]
    foreign_brand = make_brand(house.cast.elsewhere).public_id
    for user, brand in ((house.cast.outsider.public_id, foreign_brand), ("nobody", "nothing")):
        body = complete(
            house,
            version,
            alert_contacts=[{"identity": user}],
            shared_contact=[{"brand": brand, "address": "help@bistro.test"}],
        )
        problem = problem_of(caller.put(PRODUCTION, body), 422)
        assert {error["field"]: error["code"] for error in problem["errors"]} == {
            "alert_contacts.0.identity": "contact_unknown_user",
            "shared_contact.0.brand": "contact_unknown_brand",
        }


def test_a_flood_of_rows_is_refused(house: House) -> None:
    rows = [{"address": f"a{number}@b.test"} for number in range(10_000)]
    problem = problem_of(Caller(house.cast.owner).put(PRODUCTION, complete(house, 1, operator_contacts=rows)), 422)
    assert problem["errors"][0]["field"] == "operator_contacts"


def test_readers_and_staff_see_the_record_and_cannot_change_it(house: House) -> None:
    """W1, W2. On-call engineers do not see it."""
    for identity in (house.cast.reader, house.cast.agent, house.cast.manager):
        caller = Caller(identity)
        seen = caller.get(PRODUCTION)
        assert seen.status_code == 200
        problem_of(caller.put(PRODUCTION, complete(house, seen.json()["version"])), 403)
    problem_of(Caller(house.cast.engineer).get(PRODUCTION), 403)
    problem_of(Caller(house.cast.manager).get(OTHER), 404)


def test_it_can_be_confirmed_as_it_is(house: House) -> None:
    caller = Caller(house.cast.colleague)
    version = caller.get(PRODUCTION).json()["version"]
    assert (
        caller.put(f"{RECORD}/confirmation", {"version": version}).json()["confirmed_by"]["name"] == "Carlo Colleague"
    )
    problem_of(caller.put(f"{RECORD}/confirmation", {"version": version + 1}), 409)
    problem_of(Caller(house.cast.reader).put(f"{RECORD}/confirmation", {"version": version}), 403)


def test_a_draft_is_shared_kept_as_it_is_and_discarded(house: House) -> None:
    """C5."""
    owner, colleague = Caller(house.cast.owner), Caller(house.cast.colleague)
    problem_of(owner.get(f"{RECORD}/draft"), 404)
    body = {"version": 1, "revision": 0, "operator_contacts": [{"address": "not yet an addr"}]}
    assert owner.put(f"{RECORD}/draft", body).status_code == 200
    seen = colleague.get(f"{RECORD}/draft").json()
    assert seen["saved_by"]["name"] == "Olivia Owner"
    assert seen["contacts"]["operator_contacts"][0]["address"] == "not yet an addr"
    problem_of(colleague.put(f"{RECORD}/draft", body), 409)
    problem_of(Caller(house.cast.reader).get(f"{RECORD}/draft"), 404)
    problem_of(colleague.delete(f"{RECORD}/draft", revision=seen["revision"] + 1), 409)
    assert colleague.delete(f"{RECORD}/draft", revision=seen["revision"]).status_code == 204
    problem_of(owner.get(f"{RECORD}/draft"), 404)


def test_history_tells_who_changed_what_with_public_ids(house: House) -> None:
    caller = Caller(house.cast.owner)
    version = caller.get(PRODUCTION).json()["version"]
    changed = complete(house, version, operator_contacts=[{"identity": house.cast.colleague.public_id}])
    assert caller.put(PRODUCTION, changed).status_code == 200
    items, cursor = [], None
    while True:
        page = caller.get(f"{RECORD}/history", limit=1, **({"cursor": cursor} if cursor else {})).json()
        items += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    newest, oldest = [item for item in items if item["event"] != "contact.told"]  # who is newly named is told (C7)
    assert newest["event"] == "contact_information.changed"
    assert newest["by"]["id"] == house.cast.owner.public_id
    assert newest["changes"]["operator_contacts"][1] == [{"identity": house.cast.colleague.public_id}]
    assert oldest["event"] == "contact_information.completed"
    assert len(items) > 2
    for cursor in ("yesterday", "9999-12-31T23:59:59-20:00"):
        problem_of(caller.get(f"{RECORD}/history", cursor=cursor), 422)
