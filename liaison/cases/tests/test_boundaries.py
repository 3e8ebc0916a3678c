"""What an attacker tries at the edges of cases: foreign numbers, shares that ended, fields filled in by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from liaison.accounts.actions import create_identity, suspend_identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import TESTS, Cast, make_identity, make_operator
from liaison.cases import personal
from liaison.cases.actions import end_share, send_update, share_case
from liaison.cases.filling import Filled
from liaison.cases.lists.asking import listing, reader_of
from liaison.cases.lists.testing import SOON, keep_case
from liaison.cases.lists.wanted import Sort, Wanted
from liaison.cases.models import Case, CaseUpdate, ReplyDraft, Share
from liaison.cases.readers import readers_of
from liaison.cases.requests import Sending
from liaison.cases.sharing import bind
from liaison.cases.testing import make_case, make_closed, make_update
from liaison.cases.tests.case_pages import newest, opened, posted, sent, text_of
from liaison.files.models import StoredFile
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Missing
from liaison.notifications.models import Delivery, DeliveryState

pytestmark = pytest.mark.django_db
NOW = SOON + timedelta(days=30)


@pytest.mark.parametrize("sort", [Sort.UPDATED, Sort.SEVERITY, Sort.CUSTOMER])
def test_a_place_made_of_anothers_number_reads_as_one_of_nobodys(cast: Cast, sort: Sort) -> None:
    """W7: else the tie between two moments tells whether a number exists, and when its case was filed."""
    older = keep_case(cast.partner, "ours", at=SOON)
    theirs = keep_case(cast.elsewhere, "theirs", at=SOON)
    keep_case(cast.partner, "also ours", at=SOON)
    reader = reader_of(cast.owner, NOW)
    first = replace(Wanted(sort=sort), older=listing(reader, Wanted(sort=sort), 1).older)

    def after(number: str) -> list[str]:
        place = f"{first.older.rpartition('.')[0]}.{number}"
        return [line.number for line in listing(reader, replace(first, older=place)).lines]

    assert [line.title for line in listing(reader, first).lines] == ["ours"]
    assert after(theirs.number) == after("1234567890") == []
    assert older.number not in after(theirs.number)


def test_a_share_with_somebody_of_the_staff_mails_them_nothing(cast: Cast) -> None:
    """W2: an operator administrator reads no case, by page or by mail."""
    admin = make_identity(make_operator(), PredefinedRole.OPERATOR_ADMINISTRATOR, "Olga Operator", language="en")
    case = make_case(cast.owner)
    share_case(actor=cast.owner, case=case, address=admin.username, right="view", now=utc_now())
    assert opened(admin, case).status_code == 404
    found = {one.person.identity_id: one.may_read for one in readers_of(case.pk, utc_now())}
    assert found[admin.pk] is False
    assert found[cast.owner.pk] is True


def test_a_user_made_of_anothers_address_gets_nothing_that_is_shared_with_it(cast: Cast) -> None:
    """W6: an administrator names users as it likes and signs them in by link; only who proves an address has it."""
    address = "hanna@customer.example"
    waiting, later = make_case(cast.owner), make_case(cast.owner)
    share_case(actor=cast.owner, case=waiting, address=address, right="view", now=utc_now())
    squatter = create_identity(
        actor=make_identity(cast.elsewhere, PredefinedRole.ADMINISTRATOR, "Ada"),
        account=cast.elsewhere,
        role=PredefinedRole.READER,
        name="Not Hanna",
        mailbox=address,
        now=utc_now(),
    )
    assert squatter.username == address
    share_case(actor=cast.owner, case=later, address=address, right="view", now=utc_now())
    for case in (waiting, later):
        assert opened(squatter, case).status_code == 404
    assert not Share.objects.exclude(identity=None).exists()
    hanna = make_identity(cast.elsewhere, PredefinedRole.READER, "Hanna", mailbox=address)
    bind(hanna, utc_now())
    assert opened(hanna, waiting).status_code == 200


def test_nothing_is_mailed_to_somebody_suspended_whose_address_a_case_is_shared_with(cast: Cast) -> None:
    """W13: who left hears nothing, also where a colleague who does not know it types the address."""
    case = make_case(cast.owner)
    guest = make_identity(cast.elsewhere, PredefinedRole.READER, "Greta Guest")
    address = guest.mailbox
    suspend_identity(actor=TESTS, identity=guest, now=utc_now())
    share = share_case(actor=cast.owner, case=case, address=address, right="view", now=utc_now())
    assert share.identity == guest
    make_update(cast.owner, case, text="Still broken.")
    assert not Delivery.objects.filter(address=address, state=DeliveryState.PENDING).exists()


def test_a_share_that_ends_while_somebody_sends_gives_no_right_any_more(cast: Cast) -> None:
    """W6: the look for personal data takes seconds, and the end of a share counts from its own second on."""
    case = make_case(cast.owner)
    share = share_case(actor=cast.owner, case=case, address=cast.outsider.username, right="comment", now=utc_now())
    look = personal.require_said

    def ended_meanwhile(*given: object, **named: object) -> object:
        end_share(actor=cast.owner, share=share, now=utc_now())
        return look(*given, **named)  # type: ignore[arg-type]  # as it was called

    before = CaseUpdate.objects.filter(case=case, by=cast.outsider).count()
    with mock.patch.object(personal, "require_said", ended_meanwhile), pytest.raises(Missing):
        send_update(actor=cast.outsider, case=case, sending=Sending(text="Still here?"), now=utc_now())
    assert CaseUpdate.objects.filter(case=case, by=cast.outsider).count() == before


@pytest.mark.parametrize("place", ["text:" + "1" * 5_000 + "-" + "2" * 5_000, "text:٣-٩", "text:9-3", "nothing"])
def test_a_place_that_is_none_takes_nothing_away(cast: Cast, place: str) -> None:
    case = make_case(cast.owner)
    answer = sent(cast.owner, case, text="Ten of us", remove=place)
    assert answer.status_code == 200
    assert "Ten" in answer.content.decode()
    assert CaseUpdate.objects.filter(case=case).count() == 1


def test_a_number_is_searched_for_personal_data_as_a_text_is() -> None:
    """D9: programs send answers by themselves."""
    filled = Filled("Title", "Text", {"merchant_count": 44051401359, "changed": True}, (), None)
    assert filled.texts["answers.merchant_count"] == "44051401359"
    assert "answers.changed" not in filled.texts


def test_a_draft_of_a_note_keeps_no_byte_that_the_database_refuses(cast: Cast) -> None:
    case = make_case(cast.owner)
    assert posted(cast.agent, case, "/notes/draft", text="Hm\x00", note_files="a\x00b").status_code == 200
    assert ReplyDraft.objects.get().data == {"text": "Hm", "files": ["ab"]}


def test_a_reason_that_came_too_late_to_reopen_is_not_lost(cast: Cast) -> None:
    case = make_closed(cast.owner, make_case(cast.owner))
    assert posted(cast.colleague, case, "/reopen", reason="I was faster").status_code == 302
    assert posted(cast.colleague, case, "/reopen", reason="I was faster").status_code == 302
    assert newest(case).position == 3
    answer = posted(cast.owner, case, "/reopen", reason="It came back on Friday")
    assert answer.status_code == 409
    assert "It came back on Friday</textarea>" in answer.content.decode()
    late = make_closed(cast.owner, make_case(cast.owner), now=utc_now() - timedelta(days=31))
    answer = posted(cast.owner, late, "/reopen", reason="Broken again")
    assert answer.status_code == 409
    assert "Broken again" in answer.content.decode()
    assert "Broken again" in text_of(cast.owner, late)


def test_a_note_that_met_a_closed_case_is_shown_to_its_writer_alone(cast: Cast) -> None:
    """W8: nothing typed is lost, and nobody else sees it."""
    case = make_closed(cast.owner, make_case(cast.owner))
    answer = posted(cast.agent, case, "/notes", text="Ask Wroclaw", expected_version=Case.objects.get().version)
    assert answer.status_code == 409
    assert "Ask Wroclaw" in answer.content.decode()
    assert "Ask Wroclaw" not in text_of(cast.owner, case)


def test_the_files_of_a_note_take_no_room_of_the_account(cast: Cast) -> None:
    """W8: what is left of its quota would tell an account of notes."""
    case = make_case(cast.owner)
    file = SimpleUploadedFile("log.txt", b"all is well\n")
    version = Case.objects.get().version
    assert (
        posted(cast.agent, case, "/notes", text="See", expected_version=version, note_files_sent=file).status_code
        == 302
    )
    assert StoredFile.objects.get().account == cast.agent.account
