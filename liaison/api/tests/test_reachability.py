"""Reachability by API (C7): the score with its reasons, who is named, another mail, and the code."""

from __future__ import annotations

from datetime import timedelta

from liaison.api.tests.house import Caller, House, problem_of
from liaison.contacts.models import ContactEntry, ContactRequest
from liaison.contacts.requests import code_of
from liaison.contacts.testing import complete_record
from liaison.lib.clock import utc_now

PAGER = "emergency@bistro.test"
PATH = "/accounts/bistro/contact-information"


def test_it_tells_the_score_its_reasons_and_how_it_stands_with_everybody(house: House) -> None:
    complete_record(house.cast.owner)
    answer = Caller(house.cast.owner).get(f"{PATH}/reachability").json()
    assert answer["points"] == 100 - sum(reason["points"] for reason in answer["reasons"])
    assert {"one_mailbox", "nobody_verified"} <= {reason["code"] for reason in answer["reasons"]}
    named = {one["address"]: one for one in answer["contacts"]}
    assert named[PAGER]["verification"] == "unverified"
    assert named[PAGER]["fields"] == ["technical_emergency_contacts"]
    assert Caller(house.cast.agent).get(f"{PATH}/reachability").json()["points"] == answer["points"]
    assert Caller(house.cast.outsider).get(f"{PATH}/reachability").status_code in {403, 404}


def test_a_mail_is_asked_for_and_its_code_is_entered(house: House) -> None:
    complete_record(house.cast.owner)
    ContactRequest.objects.update(sent_at=utc_now() - timedelta(hours=1))
    caller = Caller(house.cast.owner)
    assert caller.post(f"{PATH}/verification-mails", {"address": PAGER}).status_code == 204
    assert (
        problem_of(caller.post(f"{PATH}/verification-mails", {"address": PAGER}), 409)["code"] == "contact_sent_lately"
    )
    found = ContactRequest.objects.get(mailbox=PAGER, closed_at=None)
    wrong = {"address": PAGER, "code": "x"}
    assert problem_of(caller.post(f"{PATH}/verification-codes", wrong), 409)["code"] == "contact_code_wrong"
    right = {"address": PAGER, "code": code_of(found)}
    assert caller.post(f"{PATH}/verification-codes", right).status_code == 204
    assert ContactEntry.objects.get(address=PAGER).verification == "verified"
    assert caller.post(f"{PATH}/verification-codes", {"address": "no@x.test", "code": "1"}).status_code == 404
