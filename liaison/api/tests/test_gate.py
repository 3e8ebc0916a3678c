"""The gate (C3): a partner who never completed the record gets 403 with what is missing, before any look-up."""

from __future__ import annotations

import pytest

from liaison.api.api import api
from liaison.api.bearer import BearerToken
from liaison.api.tests.house import Caller, House, problem_of
from liaison.contacts.testing import complete_record
from liaison.integrations.testing import make_launched

OPEN = {
    "read_me",
    "change_my_settings",
    "change_my_quiet_hours",
    "change_my_language",
    "change_my_mailbox",
    "forward_my_mail",
    "stop_forwarding_my_mail",
    "end_my_sessions",
    "nudge_my_administrators",
    "list_my_tokens",
    "create_my_token",
    "revoke_token",
    "list_users",
    "create_user",
    "read_user",
    "delete_user",
    "change_role",
    "give_role",
    "take_role",
    "suspend_user",
    "restore_user",
    "create_sign_in_link",
    "list_invitations",
    "invite_user",
    "revoke_invitation",
    "read_contact_information",
    "submit_contact_information",
    "read_completeness",
    "confirm_contact_information",
    "read_reachability",
    "send_verification",
    "enter_verification_code",
    "read_contact_draft",
    "save_contact_draft",
    "discard_contact_draft",
    "list_contact_changes",
    "pause_integration",
    "resume_integration",
    "list_pauses",
    "create_pause",
    "read_pause",
    "change_pause",
    "cancel_pause",
    "list_expectations",
    "read_expectation",
    "answer_expectation",
    "read_escalation_of_incident",
    "read_escalation_of_integration",
    "acknowledge_incident",
    "acknowledge_disabled_integration",
    "read_escalation_pace",
    "change_escalation_pace",
    "receive_signals",
    "report_run",
    "note_heartbeat",
    "create_mark",
    "list_cases",
    "file_case",
    "read_case",
    "list_case_updates",
    "send_case_update",
    "reopen_case",
    "close_cases",
    "list_case_attachments",
    "download_case_attachment",
    "delete_case_attachment",
    "list_case_notes",
    "create_case_note",
    "link_case",
    "unlink_case",
    "begin_upload",
    "read_upload",
    "append_piece",
    "finish_upload",
    "cancel_upload",
    "list_groups",
    "create_group",
    "read_group",
    "change_group",
    "delete_group",
    "read_my_mail_choices",
    "change_my_mail_choices",
    "list_case_shares",
    "share_case",
    "list_hand_over_targets",
    "hand_over_cases",
    "take_case_back",
    "read_case_access",
    "change_case_share",
    "end_case_share",
    "follow_case",
    "unfollow_case",
}
"""C3 never locks: own settings, the Users tab, pausing, acknowledging, event intake, and contact information itself."""


def test_exactly_what_the_requirement_names_stays_open() -> None:
    found = {
        operation.view_func.__name__
        for bound in api._get_bound_routers()
        for view in bound.path_operations.values()
        for operation in view.operations
        if any(isinstance(auth, BearerToken) and auth.open_at_the_gate for auth in operation.auth_callbacks)
    }
    assert found == OPEN


@pytest.mark.parametrize("path", ["/accounts/elsewhere", "/accounts/nobody", "/incidents", "/integrations/nothing"])
def test_everything_else_is_refused_and_names_what_is_missing(house: House, path: str) -> None:
    """W12: it is the same for what exists and for what does not."""
    problem = problem_of(Caller(house.cast.outsider).get(path), 403)
    assert problem["code"] == "contact_information_missing"
    assert "alert_contacts" in problem["missing"]
    assert "Alert contacts" in problem["detail"]


def test_the_gate_opens_at_once_for_every_token(house: House) -> None:
    caller = Caller(house.cast.outsider)
    problem_of(caller.get("/accounts/elsewhere"), 403)
    complete_record(house.cast.outsider)
    assert caller.get("/accounts/elsewhere").status_code == 200


def test_staff_stand_behind_no_gate(house: House) -> None:
    assert Caller(house.cast.agent).get("/accounts/elsewhere").status_code == 200


def test_what_never_locks_works_behind_the_gate(house: House) -> None:
    caller = Caller(house.cast.outsider)
    assert caller.get("/me").status_code == 200
    assert caller.get("/accounts/elsewhere/users").status_code == 200
    assert caller.get("/accounts/elsewhere/environments/production/contact-information").status_code == 200
    launched = make_launched(house.cast.elsewhere, "things_to_do")
    assert caller.put(f"/integrations/{launched.public_id}/pause", {}).json()["status"] == "paused"
    assert caller.delete(f"/integrations/{launched.public_id}/pause").status_code == 204
    assert caller.post("/accounts/elsewhere/invitations", {"address": "new@elsewhere.test"}).status_code == 201
