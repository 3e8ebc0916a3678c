"""The virus scanner, where the operator has one (`CLAMD_ADDRESS`): who is asked, what its answer means, who is told."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from liaison.accounts.actors import System
from liaison.audit import actions as audit
from liaison.audit.vocabulary import Happened
from liaison.files import clamd, storage
from liaison.files.models import StoredFile
from liaison.files.vocabulary import ScanState

logger = logging.getLogger(__name__)
SCANNER = System("scanner")


def is_on() -> bool:
    return bool(settings.CLAMD_ADDRESS)


class Scanned(Protocol):
    """What of a file decides whether it may leave."""

    @property
    def scan_state(self) -> str: ...


def may_be_given_out(file: Scanned) -> bool:
    """Say whether the content may leave. Where scanning is on, only what was found clean; what is infected, never."""
    return file.scan_state == ScanState.CLEAN or (not is_on() and file.scan_state != ScanState.INFECTED)


def held_back() -> QuerySet[StoredFile]:
    """Return the files that wait for the scanner; none where there is no scanner."""
    waiting = StoredFile.objects.filter(scan_state=ScanState.NOT_SCANNED, removed_at=None)
    return waiting if is_on() else waiting.none()


def scan(file: StoredFile, now: datetime) -> bool:
    """Have a file scanned and note the answer. Return whether there was one: a scanner that is down changes nothing."""
    if not is_on():
        return True
    try:
        state, found = _asked(file)
    except (clamd.ScannerDown, FileNotFoundError) as problem:
        logger.warning("The file %s was not scanned: %s", file.public_id, problem)
        return False
    with transaction.atomic():
        changed = StoredFile.objects.filter(pk=file.pk).exclude(scan_state=ScanState.INFECTED)
        if changed.update(scan_state=state, scanned_at=now) and state is ScanState.INFECTED:
            audit.record(
                Happened.FILE_FOUND_INFECTED,
                actor=SCANNER.audit_ref,
                subject=file.subject_ref,
                account_id=_account_of(file),
                facts={"found": found, "sha256": file.sha256, "sent_by": file.sent_by_id},
                now=now,
            )
    file.scan_state = state
    file.scanned_at = now
    return True


def _account_of(file: StoredFile) -> int | None:
    """Return whose history tells of the file: its account's, which may not know of what staff send for it (W8)."""
    sender = file.sent_by
    if sender is None or (sender.is_staff and sender.account.pk != file.account_id):
        return None
    return file.account_id


def _asked(file: StoredFile) -> tuple[ScanState, str]:
    if file.size > settings.CLAMD_MAX_BYTES:
        return ScanState.TOO_LARGE, ""
    with storage.open_content(file.storage_name) as content:
        answer = clamd.ask_about(storage.blocks_of(content, file.size))
    return answer.state, answer.found
