"""Attachments: given out to whoever sees the case, deleted by support alone, and never without a trace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from liaison.accounts.testing import Cast, sign_in
from liaison.audit.models import Event
from liaison.cases import actions
from liaison.cases.models import Attachment, Case
from liaison.cases.testing import make_case, make_update
from liaison.cases.tests.case_pages import address, newest, opened, posted, sent, text_of
from liaison.files import storage
from liaison.files.models import StoredFile
from liaison.files.testing import make_file, use_folder, zipped
from liaison.files.vocabulary import ScanState
from liaison.lib.clock import utc_now

HOSTILE = '<img src=x onerror=alert(1)>"\u202egnp.txt'


@pytest.fixture
def case(cast: Cast, settings: Any, tmp_path: Path) -> Case:
    use_folder(settings, tmp_path)
    return make_case(cast.owner)


@pytest.fixture
def attachment(cast: Cast, case: Case) -> Attachment:
    file = make_file(cast.owner, utc_now(), name="trace.log", content=b"It stopped at noon.\n")
    make_update(cast.owner, case, text="See the file.", files=(file.public_id,))
    return Attachment.objects.get()


def got(person: Any, case: Case, attachment: Attachment) -> Any:
    """Return the answer to a download; `body` is what came."""
    answer = opened(person, case, f"/attachments/{attachment.public_id}")
    answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer


def test_it_is_given_out_to_be_saved_to_who_sees_the_case_and_it_is_written_down(
    cast: Cast, case: Case, attachment: Attachment
) -> None:
    answer = got(cast.reader, case, attachment)
    assert answer.body == b"It stopped at noon.\n"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer["Content-Security-Policy"]
    event = Event.objects.get(kind="attachment.opened")
    assert (event.actor_id, event.account_id) == (str(cast.reader.pk), cast.partner.pk)
    assert got(cast.agent, case, attachment).status_code == 200
    assert got(cast.outsider, case, attachment).status_code == 404


def test_it_belongs_to_its_case_alone(cast: Cast, case: Case, attachment: Attachment) -> None:
    other = make_case(cast.owner, title="Another")
    assert got(cast.owner, other, attachment).status_code == 404
    foreign = make_case(cast.outsider)
    assert got(cast.outsider, foreign, attachment).status_code == 404
    assert opened(cast.owner, case, "/attachments/nothing0000000").status_code == 404


def test_one_of_a_note_is_staffs(cast: Cast, case: Case) -> None:
    """W8: internal notes are staff's only, with their attachments."""
    file = make_file(cast.agent, utc_now(), name="heap.log", account=cast.partner)
    actions.add_note(actor=cast.agent, case=case, text="See", files=(file.public_id,), now=utc_now())
    attachment = Attachment.objects.get()
    assert got(cast.owner, case, attachment).status_code == 404
    assert "heap.log" not in text_of(cast.owner, case)
    assert got(cast.manager, case, attachment).status_code == 200
    assert "heap.log" in text_of(cast.agent, case)
    assert not Event.objects.filter(account_id=cast.partner.pk, kind="attachment.opened").exists()
    assert posted(cast.owner, case, f"/attachments/{attachment.public_id}/delete", reason="x").status_code == 404
    assert posted(cast.owner, case, "/draft", text="x", ask_deletion=attachment.public_id).status_code == 200
    assert "1 attachment" not in text_of(cast.owner, case)


def test_support_deletes_it_and_a_tombstone_stays(cast: Cast, case: Case, attachment: Attachment) -> None:
    place = f"/attachments/{attachment.public_id}/delete"
    for person in (cast.owner, cast.reader, cast.manager):
        assert opened(person, case, place).status_code == 403
        assert posted(person, case, place, reason="x").status_code == 403
    assert "Delete this attachment for good?" in opened(cast.agent, case, place).content.decode()
    assert posted(cast.agent, case, place, reason="  ").status_code == 422
    assert posted(cast.agent, case, place, reason="It held names").status_code == 302
    gone = got(cast.owner, case, attachment)
    page = text_of(cast.owner, case)
    for text in (gone.content.decode(), page):
        assert "It held names" in text
        assert "Ada Agent" in text
        assert attachment.file.sha256 in text
    assert gone.status_code == 410
    assert f'/attachments/{attachment.public_id}"' not in page
    assert got(cast.outsider, case, attachment).status_code == 404
    again = posted(cast.agent, case, place, reason="Twice")
    assert again.status_code == 302
    assert Attachment.objects.get().deleted_because == "It held names"


def test_others_ask_for_its_deletion(cast: Cast, case: Case, attachment: Attachment) -> None:
    """D7: only support deletes; others ask, and that stands in the case."""
    page = text_of(cast.owner, case)
    assert f'value="{attachment.public_id}"' in page
    assert sent(cast.owner, case, ask_deletion=attachment.public_id).status_code == 422
    assert sent(cast.owner, case, ask_deletion=attachment.public_id, deletion_reason="It has names").status_code == 302
    assert newest(case).changes[0]["kind"] == "deletion_asked"
    words = "Asked support to delete the attachment “trace.log”. Reason: It has names"
    assert words in text_of(cast.agent, case)


def test_what_the_scanner_holds_back_is_not_given_out(cast: Cast, case: Case, attachment: Attachment) -> None:
    StoredFile.objects.update(scan_state=ScanState.INFECTED)
    answer = got(cast.owner, case, attachment)
    assert answer.status_code == 409
    assert not Event.objects.filter(kind="attachment.opened").exists()
    page = text_of(cast.owner, case)
    assert "A virus was found" in page
    assert f'/attachments/{attachment.public_id}"' not in page


def test_files_of_a_draft_wait_and_those_of_others_are_refused(cast: Cast, case: Case) -> None:
    mine = make_file(cast.owner, utc_now(), name="mine.txt")
    theirs = make_file(cast.colleague, utc_now(), name="theirs.txt")
    posted(cast.owner, case, "/draft", text="Files", files=[mine.public_id, theirs.public_id])
    page = text_of(cast.owner, case)
    assert "mine.txt" in page
    assert "theirs.txt" not in page
    refused = sent(cast.owner, case, text="Files", files=[mine.public_id, theirs.public_id])
    assert refused.status_code == 422
    assert "mine.txt" in refused.content.decode()
    assert sent(cast.owner, case, text="Files", files=mine.public_id).status_code == 302
    assert Attachment.objects.get().file == mine


def test_without_scripts_files_come_with_the_form(cast: Cast, case: Case) -> None:
    good = SimpleUploadedFile("good.txt", b"Fine.\n")
    bad = SimpleUploadedFile("bad.exe", b"MZ\x90\x00\x03")
    answer = sent(cast.owner, case, text="Two files", files_sent=[good, bad])
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Two files</textarea>" in page
    kept = StoredFile.objects.get()
    assert f'value="{kept.public_id}"' in page
    assert sent(cast.owner, case, text="Two files", files=kept.public_id).status_code == 302


def test_a_hostile_name_is_words(cast: Cast, case: Case) -> None:
    file = make_file(cast.owner, utc_now(), name=HOSTILE)
    make_update(cast.owner, case, text="x", files=(file.public_id,))
    page = text_of(cast.agent, case)
    assert "<img src=x" not in page
    answer = got(cast.agent, case, Attachment.objects.get())
    assert "\n" not in answer["Content-Disposition"]


def test_personal_data_in_a_file_is_found_before_it_is_sent(cast: Cast, case: Case) -> None:
    """D9."""
    file = make_file(cast.owner, utc_now(), name="guests.txt", content=b"card 4111 1111 1111 1111\n")
    answer = sent(cast.owner, case, text="The list", files=file.public_id)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "guests.txt" in page
    assert f'value="files:{file.public_id}"' in page
    removed = sent(cast.owner, case, text="The list", files=file.public_id, remove=f"files:{file.public_id}")
    assert f'name="files" value="{file.public_id}"' not in removed.content.decode()
    assert not Attachment.objects.exists()


def test_the_name_of_a_file_and_the_reason_are_searched_as_well(cast: Cast, case: Case) -> None:
    """D9: the reason stands in the case, so it excuses nothing that stands in itself."""
    file = make_file(cast.owner, utc_now(), name="hanna@customer.kr.txt", content=b"see\n").public_id
    typed = {"text": "The list", "files": file, "personal_kinds": ["e_mail", "phone"]}
    answer = sent(cast.owner, case, personal_reason="She said: call +39 06 6982 1234", **typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="files:{file}"' in page
    assert 'value="personal_reason:15-31"' in page
    removed = sent(cast.owner, case, personal_reason="Call +39 06 6982 1234", remove="personal_reason:5-21", **typed)
    assert "Call […]" in removed.content.decode()
    assert sent(cast.owner, case, personal_reason="It is her own list", **typed).status_code == 302
    assert newest(case).personal_data == {"kinds": ["e_mail"], "reason": "It is her own list"}


def test_what_could_not_be_searched_is_said(cast: Cast, case: Case) -> None:
    """D9: a file that nobody can look into is not called searched."""
    packed = make_file(cast.owner, utc_now(), name="packed.zip", content=zipped({"dump.bin": b"\x00" * 50})).public_id
    browser = sign_in(Client(), cast.owner)
    answer = browser.post(
        address(case, "/send"),
        {"text": "See", "files": packed, "expected_version": case.version, "seen": 1},
        follow=True,
    )
    assert "Not all of “packed.zip” could be searched for personal data." in answer.content.decode()
    assert newest(case).personal_data == {"unread": [packed]}


@pytest.mark.parametrize(("path", "field", "who"), [("/send", "files", "owner"), ("/notes", "note_files", "agent")])
def test_while_the_storage_is_away_nothing_is_sent_and_nothing_lost(
    cast: Cast, case: Case, path: str, field: str, who: str
) -> None:
    """D9: what cannot be looked at now is not called searched."""
    person = getattr(cast, who)
    file = make_file(person, utc_now(), name="trace.log")
    storage.files_storage().delete(file.storage_name)
    answer = posted(
        person, case, path, text="See the file", expected_version=case.version, seen=1, **{field: file.public_id}
    )
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "cannot be read now" in page
    assert "See the file</textarea>" in page
    assert f'name="{field}" value="{file.public_id}"' in page
    assert newest(case).position == 1


def test_the_reason_of_a_deletion_holds_no_personal_data(cast: Cast, case: Case, attachment: Attachment) -> None:
    """D9: everybody who sees the case reads it."""
    place = f"/attachments/{attachment.public_id}/delete"
    answer = posted(cast.agent, case, place, reason="It held 4111 1111 1111 1111")
    assert answer.status_code == 422
    assert "Say it without." in answer.content.decode()
    assert Attachment.objects.get().deleted_at is None
