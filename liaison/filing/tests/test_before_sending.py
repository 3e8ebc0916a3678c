"""What is said before a case is sent: urgency, personal data, cases and incidents that are known already."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from liaison.accounts.testing import Cast, sign_in
from liaison.cases.models import Case, CaseIncident
from liaison.cases.testing import make_case, make_closed
from liaison.contacts.testing import complete_record
from liaison.files.storage import files_storage
from liaison.files.testing import make_file, png, zipped
from liaison.files.ticking import remove_unused
from liaison.filing.actions import save_draft
from liaison.filing.attached import files_in_drafts
from liaison.filing.models import Draft
from liaison.filing.retention import erase_old_drafts
from liaison.filing.sheet import Sheet
from liaison.filing.tests.house import Form
from liaison.filing.vocabulary import Step
from liaison.health.models import Incident, IncidentState
from liaison.integrations.models import EnvironmentName, Integration
from liaison.integrations.testing import environment_of, make_integration, make_launched
from liaison.lib.clock import utc_now
from liaison.lib.ids import new_public_id

CARD = "4111 1111 1111 1111"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def make_incident(
    integration: Integration, title: str = "CreateBooking answers HTTP 500", **values: object
) -> Incident:
    now = utc_now()
    side = environment_of(integration, values.pop("side", EnvironmentName.PRODUCTION))  # type: ignore[arg-type]
    given = {"severity": "critical", "source": "events", "dedup_key": new_public_id(), "labels": {"region": "Seoul"}}
    moments = {"started_at": now, "received_at": now, "last_received_at": now}
    return Incident.objects.create(environment=side, title=title, **(given | moments | values))


def test_urgent_support_states_its_criteria_and_asks_which_holds(form: Form) -> None:
    """S3."""
    address = form.client.get("/u/0/cases/new?urgent=1")["Location"]
    page = form.client.get(address).content.decode()
    assert page.count('name="criterion"') == 3
    assert "the engineers on call are paged" in page
    assert "choose normal technical support" in page
    form.open("subject")
    urgent = form.subject(category="urgent_technical_support")
    answer = form.press("next", "subject", **urgent)
    assert answer.status_code == 422
    assert "which of the criteria holds" in answer.content.decode()
    assert form.press("next", "subject", criterion="orders_blocked", **urgent).status_code == 302
    assert "its severity is critical" in form.open("severity").content.decode()


def test_urgent_support_is_not_for_what_is_not_launched(form: Form, cast: Cast) -> None:
    """S3: the criteria are about production; the way to normal support stands beside."""
    other = make_integration(cast.partner, "things_to_do")
    urgent = form.subject(about=f"integration:{other.public_id}", category="urgent_technical_support")
    form.open("subject")
    answer = form.press("next", "subject", criterion="orders_blocked", **urgent)
    assert answer.status_code == 422
    assert 'value="normal"' in answer.content.decode()
    form.press("normal", "subject", **urgent)
    assert form.draft.data["category"] == "technical_support"


def test_urgent_stays_chosen_until_one_of_several_integrations_is(form: Form, cast: Cast) -> None:
    """S3: whoever has several launched integrations is not led to normal support, nor asked for the category again."""
    make_launched(cast.partner, "things_to_do")
    address = form.client.get("/u/0/cases/new?urgent=1")["Location"]
    page = form.client.get(address).content.decode()
    assert '<input type="hidden" name="category" value="urgent_technical_support">' in page
    assert page.count('name="criterion"') == 3
    form.open("subject")
    answer = form.press("next", "subject", **form.subject(about="", category="urgent_technical_support"))
    assert "integrations that are launched" not in answer.content.decode()
    chosen = form.subject(category="urgent_technical_support", criterion="orders_blocked")
    assert form.press("next", "subject", **chosen).status_code == 302


def test_personal_data_is_shown_where_it_stands_and_taken_out(form: Form) -> None:
    """D9."""
    form.open("description")
    typed: dict[str, Any] = {"description": f"The card {CARD} fails.", "files_shown": "1"}
    page = form.press("autosave", "description", htmx=True, **typed).content.decode()
    assert "This looks like personal data" in page
    assert CARD not in page
    press = page.split('value="remove:')[1].split('"')[0]
    form.press(f"remove:{press}", "description", **typed)
    assert form.draft.data["description"] == "The card […] fails."
    assert "This looks like personal data" not in form.open("description").content.decode()


def test_personal_data_is_sent_only_with_a_reason(form: Form) -> None:
    """D9: the reason counts for the kinds that it was given for."""
    form.fill(description=f"The card {CARD} fails.")
    assert form.press("submit", "review").status_code == 422
    unnamed = form.press("submit", "review", said_reason="Needed", said_kinds=["phone"])
    assert unnamed.status_code == 422
    assert "Needed" in unnamed.content.decode()
    assert not Case.objects.exists()
    assert form.press("submit", "review", said_reason="Needed", said_kinds=["card_number"]).status_code == 302
    assert Case.objects.get().updates.get().personal_data == {"kinds": ["card_number"], "reason": "Needed"}


def test_a_log_file_is_searched_before_it_is_sent(form: Form, cast: Cast) -> None:
    """D9: text-like attachments."""
    content = f"2026-11-20 12:00:01 paid with {CARD}\n".encode()
    file = make_file(cast.colleague, utc_now(), name="server.log", content=content).public_id
    form.fill(files=[file])
    page = form.press("submit", "review").content.decode()
    assert "server.log" in page
    assert CARD not in page
    form.press(f"drop:{file}", "review")
    assert form.draft.data["files"] == []
    assert form.press("submit", "review").status_code == 302


def test_the_name_of_a_file_and_the_reason_are_searched_as_well(form: Form, cast: Cast) -> None:
    """D9: the reason stands in the case, so it excuses nothing that stands in itself."""
    file = make_file(cast.colleague, utc_now(), name="hanna@customer.kr.log").public_id
    form.fill(files=[file])
    page = form.press("submit", "review", said_reason=f"The card {CARD} is hers.", said_kinds=["e_mail", "card_number"])
    assert page.status_code == 422
    assert {"drop:" + file, "remove:said_reason:9:28"} <= set(
        re.findall(r'value="((?:drop|remove):[^"]*)"', text(page))
    )
    form.press("remove:said_reason:9:28", "review", said_reason=f"The card {CARD} is hers.", said_kinds=["e_mail"])
    assert form.draft.data["said_reason"] == "The card […] is hers."
    assert form.press("submit", "review", said_reason="It is a test.", said_kinds=["e_mail"]).status_code == 302
    assert Case.objects.get().updates.get().personal_data == {"kinds": ["e_mail"], "reason": "It is a test."}


def test_what_nobody_can_search_is_named_before_it_is_sent(form: Form, cast: Cast) -> None:
    """D9: a picture or a broken file is not called searched."""
    names = {"screen.png": png(), "packed.zip": zipped({"dump.bin": b"\x00" * 50}), "server.log": b"It stopped."}
    files = [make_file(cast.colleague, utc_now(), name=name, content=content) for name, content in names.items()]
    form.fill(files=[file.public_id for file in files])
    page = text(form.open("review"))
    named = page.partition("Look through these yourself")[2].partition("</ul>")[0]
    assert re.findall(r"<bdi>([^<]*)</bdi>", named) == ["screen.png", "packed.zip"]
    form.press("submit", "review")
    assert Case.objects.get().updates.get().personal_data == {"unread": [files[1].public_id]}


def test_while_the_storage_is_away_nothing_is_sent_and_nothing_lost(form: Form, cast: Cast) -> None:
    """D9: what cannot be looked at now is not called searched."""
    file = make_file(cast.colleague, utc_now(), name="server.log")
    form.fill(files=[file.public_id])
    files_storage().delete(file.storage_name)
    assert "cannot be read now" in text(form.open("review"))
    answer = form.press("submit", "review")
    assert (answer.status_code, Case.objects.count()) == (503, 0)
    assert "cannot be read now" in text(answer)
    assert form.draft.data["files"] == [file.public_id]
    form.press(f"drop:{file.public_id}", "review")
    assert form.press("submit", "review").status_code == 302


def test_files_go_with_the_case_and_stay_with_its_draft(form: Form, cast: Cast) -> None:
    file = make_file(cast.colleague, utc_now(), name="server.log").public_id
    form.fill(files=[file])
    assert "server.log" in form.open("description").content.decode()
    assert files_in_drafts() == {file}
    form.press("submit", "review")
    assert Case.objects.get().attachments.get().file.public_id == file


def test_a_file_of_a_draft_is_not_removed_as_unused(form: Form, cast: Cast) -> None:
    """Drafts live for 30 days; what nothing holds goes after one."""
    now = utc_now()
    held, left = (make_file(cast.colleague, now - timedelta(days=2), name=f"{name}.log") for name in ("held", "left"))
    form.open("description")
    form.press("save", "description", description="Words", files_shown="1", files=[held.public_id])
    remove_unused(now)
    held.refresh_from_db()
    left.refresh_from_db()
    assert held.removed_at is None
    assert left.removed_at == now


def test_somebody_elses_file_is_none(form: Form, cast: Cast) -> None:
    owned = make_file(cast.owner, utc_now(), name="secret.log")
    form.open("description")
    typed: dict[str, Any] = {"description": "Words", "files_shown": "1", "files": [owned.public_id]}
    answer = form.press("next", "description", **typed)
    assert answer.status_code == 422
    assert "secret.log" not in answer.content.decode()
    form.press("autosave", "description", htmx=True, **typed)
    assert "secret.log" not in form.open("review").content.decode()


def test_without_scripts_files_come_with_the_form(form: Form) -> None:
    form.open("description")
    file = SimpleUploadedFile("small.txt", b"one line\n")
    assert form.press("save", "description", description="Words", files_shown="1", files_sent=file).status_code == 302
    assert len(form.draft.data["files"]) == 1
    assert "small.txt" in form.open("description").content.decode()


def test_open_cases_that_sound_alike_are_shown_and_only_those_that_may_be_seen(form: Form, cast: Cast) -> None:
    alike = make_case(cast.owner, title="Some bookings stay open")
    closed = make_closed(cast.owner, make_case(cast.owner, title="Bookings stay open since Monday"))
    theirs = make_case(cast.outsider, title="Bookings stay open")
    page = form.press("autosave", "subject", htmx=True, **form.subject()).content.decode()
    assert f"/u/0/cases/{alike.number}" in page
    assert closed.number not in page
    assert theirs.number not in page
    page = form.press("autosave", "subject", htmx=True, **form.subject(title="Something else")).content.decode()
    assert alike.number not in page


def test_known_incidents_of_the_integration_can_be_linked(form: Form, cast: Cast) -> None:
    known = make_incident(form.integration)
    over = make_incident(form.integration, title="Over", resolved_at=utc_now(), state=IncidentState.RESOLVED)
    theirs = make_incident(make_integration(cast.elsewhere), title="Theirs")
    form.fill()
    page = form.open("subject").content.decode()
    assert "CreateBooking answers HTTP 500" in page
    assert "Over" not in page
    for incident in (known, theirs):
        form.press(f"link:{incident.public_id}", "review")
    assert "Theirs" not in form.open("review").content.decode()
    form.press("submit", "review")
    assert [one.incident for one in CaseIncident.objects.all()] == [known]
    assert over.cases.count() == 0


def test_a_case_about_an_incident_is_filled_in(form: Form, cast: Cast) -> None:
    """Everything is there from the evidence, in the reader's language; nothing is kept before somebody types."""
    complete_record(cast.owner)
    incident = make_incident(form.integration)
    page = form.client.get(f"/u/0/incidents/{incident.public_id}/").content.decode()
    assert f"/u/0/cases/new?incident={incident.public_id}" in page
    assert f"/u/0/cases/new?incident={incident.public_id}&amp;urgent=1" in page
    cast.colleague.language = "ko"
    cast.colleague.save()
    form.open("subject", incident=incident.public_id)
    assert not Draft.objects.exists()
    form.client.post(form.address("subject", incident=incident.public_id), {"press": "save", "version": "0"})
    kept = form.draft.data
    assert kept["title"] == "CreateBooking answers HTTP 500"
    assert "region: Seoul" in kept["description"].replace("region:Seoul", "region: Seoul")
    assert (kept["suggested"], kept["incidents"]) == (1, [incident.public_id])
    assert kept["about"] == f"integration:{form.integration.public_id}"


def test_an_incident_shows_the_cases_about_it_to_those_who_see_them(form: Form, cast: Cast) -> None:
    complete_record(cast.owner)
    incident = make_incident(form.integration, title="Known")
    case = make_case(cast.owner, title="Named here", incidents=(incident,))
    for person, sees in ((cast.reader, True), (cast.agent, True), (cast.engineer, False)):
        page = sign_in(Client(), person).get(f"/u/0/incidents/{incident.public_id}/").content.decode()
        assert (f"/cases/{case.number}" in page) is sees, person.name
    reader = sign_in(Client(), cast.reader).get(f"/u/0/incidents/{incident.public_id}/").content.decode()
    assert "cases/new?incident" not in reader


def test_another_accounts_incident_and_case_lead_nowhere(form: Form, cast: Cast) -> None:
    """Invariant 6: exactly as what does not exist."""
    theirs = make_incident(make_integration(cast.elsewhere))
    closed = make_closed(cast.outsider, make_case(cast.outsider))
    for query in (f"incident={theirs.public_id}", "incident=nothing", f"follows={closed.number}", "follows=1"):
        assert form.client.get(f"/u/0/cases/new?{query}").status_code == 404, query
        assert form.client.get(f"{form.address()}?{query}").status_code == 404, query
        assert form.client.post(f"{form.address()}?{query}", {"press": "save"}).status_code == 404, query


def test_a_follow_up_goes_on_with_a_closed_case(form: Form, cast: Cast) -> None:
    """D8."""
    old = make_case(cast.owner, title="Bookings stay open", integration=form.integration, product=form.integration.kind)
    assert form.client.get(f"/u/0/cases/new?follows={old.number}").status_code == 404  # it is open
    closed = make_closed(cast.owner, old)
    form.open("subject", follows=closed.number)
    form.client.post(form.address("subject", follows=closed.number), {"press": "save", "version": "0"})
    form.open("description")
    form.press("next", "description", description="Again.", files_shown="1")
    form.open("severity")
    form.press("next", "severity", language="en", time_zone="UTC")
    form.open("review")
    form.press("submit", "review")
    case = Case.objects.get(follows=closed)
    assert (case.severity, case.integration) == (closed.severity, form.integration)
    assert "Bookings stay open" in case.title


def test_drafts_are_kept_for_thirty_days(cast: Cast) -> None:
    now = utc_now()
    for days in (29, 31):
        save_draft(
            actor=cast.colleague,
            public_id=new_public_id(),
            account=cast.partner,
            sheet=Sheet(title=f"{days} days old"),
            step=Step.SUBJECT,
            version=0,
            saved_from="",
            now=now - timedelta(days=days),
        )
    assert erase_old_drafts(now) == 1
    assert Draft.objects.get().data["title"] == "29 days old"
