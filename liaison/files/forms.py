"""The files of a form: those that the uploader sent before, and those that come with the form where no script runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from liaison.accounts.models import Account, Identity
from liaison.files.access import unused_files
from liaison.files.actions import keep_file
from liaison.files.codes import FileCode
from liaison.files.models import StoredFile
from liaison.files.storage import NoRoom
from liaison.files.vocabulary import Purpose
from liaison.lib.refusals import Conflict, FieldProblem, Invalid

_MOST_NAMED = 100


@dataclass(frozen=True)
class SentFiles:
    """The files that can be used now, in their order, and what is wrong with the others. Both are shown again."""

    files: tuple[StoredFile, ...]
    problems: tuple[FieldProblem, ...]

    @property
    def public_ids(self) -> tuple[str, ...]:
        return tuple(file.public_id for file in self.files)


def files_of(  # noqa: PLR0917  # as the sentence has them
    request: HttpRequest, name: str, actor: Identity, account: Account, purpose: Purpose, now: datetime
) -> SentFiles:
    """Return the files of the field `name`, keeping those that came with the form itself.

    Raises nothing for what is wrong with one: it is a problem beside the others, which stay.
    """
    wanted = [each for each in request.POST.getlist(name) if each][:_MOST_NAMED]
    kept = list(unused_files(actor, wanted))
    found = {file.public_id for file in kept}
    problems = [
        FieldProblem(name, FileCode.GONE, {"public_id": each[:32]})
        for each in dict.fromkeys(wanted)
        if each not in found
    ]
    for sent in request.FILES.getlist(f"{name}_sent"):
        if isinstance(sent, UploadedFile):
            content = cast("BinaryIO", sent.file)
            try:
                kept.append(
                    keep_file(
                        actor=actor, purpose=purpose, account=account, name=sent.name or "", content=content, now=now
                    )
                )
            except Invalid as invalid:
                problems += (FieldProblem(name, problem.code, problem.facts) for problem in invalid.problems)
            except (Conflict, NoRoom) as refusal:
                problems.append(FieldProblem(name, refusal.code, refusal.facts))
    return SentFiles(tuple(kept), tuple(problems))
