"""Who acts: an identity, or the system under the name of one of its parts. There is no flag that skips checks."""

from __future__ import annotations

from dataclasses import dataclass

from liaison.accounts.models import Identity
from liaison.audit.actions import ActorRef
from liaison.audit.vocabulary import ActorKind


@dataclass(frozen=True)
class System:
    """A part of Liaison that acts by itself, for example `ticker`, `demo` or `command`."""

    name: str

    @property
    def audit_ref(self) -> ActorRef:
        return ActorRef(ActorKind.SYSTEM, self.name)


Actor = Identity | System
