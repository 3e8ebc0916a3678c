"""What counts as personal data or as a secret, and one place where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PersonalKind(StrEnum):
    """What was found, the most telling first: where two overlap, the earlier one names the place."""

    COOKIE = "cookie"
    TOKEN = "token"  # noqa: S105  # the name of a kind
    IBAN = "iban"
    NATIONAL_ID_KR = "national_id_kr"
    NATIONAL_ID_CN = "national_id_cn"
    NATIONAL_ID_IT = "national_id_it"
    CARD_NUMBER = "card_number"
    NATIONAL_ID_PL = "national_id_pl"
    PHONE = "phone"
    E_MAIL = "e_mail"


RANK = {kind: rank for rank, kind in enumerate(PersonalKind)}


@dataclass(frozen=True, slots=True)
class Finding:
    """One place: `text[start:end]` holds it. `masked` is enough to recognise it, never enough to use it."""

    kind: PersonalKind
    start: int
    end: int
    masked: str
