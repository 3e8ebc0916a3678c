"""What the bounces of real mail servers mean, in five languages: only a missing mailbox makes an address dead (C7)."""

from __future__ import annotations

import mailbox
from pathlib import Path

import pytest

from liaison.mail.bounces import bounce_about, is_about
from liaison.mail.delivery_status import Action, Bounce
from liaison.mail.meaning import BounceMeaning, meaning_of
from liaison.mail.opening import opened

FOLDER = Path(__file__).parent / "bounces"
ADDRESS = "anna@partner.test"

DEAD, FULL, POLICY = BounceMeaning.DEAD, BounceMeaning.FULL, BounceMeaning.POLICY
FAILED, DELAYED, DELIVERED = BounceMeaning.FAILED, BounceMeaning.DELAYED, BounceMeaning.DELIVERED

# What each must mean, and the code that is kept as evidence.
TABLE = {
    "postfix-unknown-user-en": (DEAD, "5.1.1"),
    "postfix-no-such-domain-en": (DEAD, "5.4.4"),
    "postfix-delayed-en": (DELAYED, "4.4.1"),
    "postfix-given-up-en": (FAILED, "4.4.1"),
    "postfix-delivered-en": (DELIVERED, "2.0.0"),
    "postfix-forwarded-elsewhere-en": (DEAD, "5.1.1"),
    "exim-unrouteable-en": (DEAD, "5.0.0"),
    "exim-before-dsn-en": (DEAD, ""),
    "exim-delayed-pl": (DELAYED, "4.0.0"),
    "exchange-unknown-user-ko": (DEAD, "5.1.10"),
    "exchange-mailbox-full-zh": (FULL, "5.2.2"),
    "exchange-policy-it": (POLICY, "5.7.133"),
    "exchange-no-such-domain-pl": (DEAD, "5.4.310"),
    "exchange-blocked-at-the-edge-en": (DEAD, "5.4.1"),
    "exchange-delayed-it": (DELAYED, "4.4.7"),
    "gmail-unknown-user-en": (DEAD, "5.1.1"),
    "gmail-out-of-storage-ko": (FULL, "5.2.2"),
    "gmail-disabled-it": (DEAD, "5.2.1"),
    "gmail-delayed-zh": (DELAYED, "4.4.1"),
    "sendmail-unknown-user-en": (DEAD, "5.1.1"),
    "sendmail-delayed-en": (DELAYED, "4.2.0"),
    "sendmail-policy-en": (POLICY, "5.7.1"),
    "qmail-no-mailbox-en": (DEAD, "5.1.1"),
    "qmail-over-quota-en": (FULL, "5.2.2"),
    "yahoo-unknown-user-en": (DEAD, "5.0.0"),
    "aol-over-quota-en": (FULL, "5.0.0"),
    "zimbra-over-quota-pl": (FULL, "5.2.2"),
    "zimbra-unknown-user-it": (DEAD, "5.1.1"),
    "ses-unknown-user-en": (DEAD, "5.1.1"),
    "ses-suppressed-en": (DEAD, "5.1.1"),
    "naver-unknown-user-ko": (DEAD, "5.1.1"),
    "daum-mailbox-full-ko": (FULL, "5.0.0"),
    "qq-unknown-user-zh": (DEAD, ""),
    "netease-163-unknown-user-zh": (DEAD, "5.0.0"),
    "netease-163-spam-zh": (POLICY, "5.0.0"),
    "opensmtpd-unknown-user-en": (DEAD, "5.0.0"),
}


def raw(name: str) -> bytes:
    """Return a bounce as it comes over the wire."""
    return (FOLDER / f"{name}.eml").read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def read(name: str) -> Bounce:
    bounce = bounce_about(opened(raw(name)), ADDRESS)
    assert bounce is not None, name
    return bounce


def test_the_table_names_every_bounce_there_is() -> None:
    assert {path.stem for path in FOLDER.glob("*.eml")} == set(TABLE)
    assert len({name.split("-")[0] for name in TABLE}) >= 8, "of at least eight mail servers"
    assert {name.rsplit("-", 1)[1] for name in TABLE} == {"en", "ko", "zh", "it", "pl"}


@pytest.mark.parametrize("name", TABLE)
def test_a_bounce_means_what_the_table_says(name: str) -> None:
    bounce = read(name)
    assert (meaning_of(bounce), bounce.status) == TABLE[name], bounce
    assert bounce.action is Action.DELIVERED or bounce.words, "the other server's words are the evidence"
    assert "\n" not in bounce.words


@pytest.mark.parametrize("name", TABLE)
def test_a_bounce_names_the_address_it_is_about(name: str) -> None:
    assert is_about(read(name), ADDRESS) == (name != "postfix-forwarded-elsewhere-en")


@pytest.mark.parametrize(
    ("named", "is_same"),
    [
        ((), True),
        (("ANNA@PARTNER.TEST",), True),
        (("anna@mail.partner.test",), True),
        (("anna@elsewhere.test",), False),
        (("berta@partner.test",), False),
        (("berta@partner.test", "anna@partner.test"), True),
        (("anna@otherpartner.test",), False),
    ],
)
def test_a_bounce_is_about_the_same_mailbox_also_on_a_machine_of_its_domain(
    named: tuple[str, ...], is_same: bool
) -> None:
    assert is_about(Bounce(Action.FAILED, recipients=named), ADDRESS) is is_same


def test_an_address_written_as_a_dsn_encodes_it_is_the_same() -> None:
    assert is_about(Bounce(Action.FAILED, recipients=("anna+2bpager@partner.test",)), "anna+pager@partner.test")


@pytest.mark.parametrize(
    ("bounce", "meaning"),
    [
        (Bounce(Action.FAILED, "5.1.1"), DEAD),
        (Bounce(Action.FAILED, "5.1.2"), DEAD),
        (Bounce(Action.FAILED, "5.1.7", words="sender address does not exist"), POLICY),
        (Bounce(Action.FAILED, "5.1.8", words="sender domain does not exist"), POLICY),
        (Bounce(Action.FAILED, "5.1.0", words="rejected as spam"), POLICY),
        (Bounce(Action.FAILED, "5.1.0", words="address rejected"), DEAD),
        (Bounce(Action.FAILED, "5.0.0", words="Sender domain does not exist"), POLICY),
        (Bounce(Action.FAILED, "5.2.2", words="no such user"), FULL),
        (Bounce(Action.FAILED, "5.7.1", words="user unknown"), POLICY),
        (Bounce(Action.FAILED, "5.2.3", words="message too large"), FAILED),
        (Bounce(Action.FAILED, "5.0.0", 550, "Requested action not taken: mailbox unavailable"), DEAD),
        (Bounce(Action.FAILED, "", None, ""), FAILED),
        (Bounce(Action.FAILED, "4.2.2", words="mailbox full"), FULL),
        (Bounce(Action.DELAYED, "4.2.2", words="mailbox full"), DELAYED),
        (Bounce(Action.DELAYED, "5.1.1", words="user unknown"), DELAYED),
        (Bounce(Action.FAILED, "4.4.1", words="user unknown"), FAILED),
    ],
)
def test_neither_a_delay_nor_a_full_mailbox_nor_a_rule_makes_an_address_dead(
    bounce: Bounce, meaning: BounceMeaning
) -> None:
    assert meaning_of(bounce) is meaning


def test_a_whole_mailbox_of_bounces_is_read_one_by_one(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "bounces")
    for name in TABLE:
        box.add(mailbox.mboxMessage(raw(name)))
    box.flush()
    found = [bounce_about(opened(bytes(one)), ADDRESS) for one in box]
    box.close()
    assert [meaning_of(one) if one else None for one in found] == [meaning for meaning, _status in TABLE.values()]
