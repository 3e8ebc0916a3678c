"""Who reports how an integration does: the key of one environment, or staff and sources of ours for any of them."""

from __future__ import annotations

from dataclasses import dataclass

from liaison.accounts.models import Identity
from liaison.accounts.rights import Privilege
from liaison.audit.actions import ActorRef
from liaison.audit.vocabulary import ActorKind
from liaison.integrations.models import Environment, IntakeKey
from liaison.lib.refusals import CommonCode, Forbidden


@dataclass(frozen=True)
class Sender:
    """A key, which speaks for its environment alone; an identity with the privilege to send signals; or a source.

    `source` is the public id of a source of ours that was asked; like staff it names the environments.
    """

    key: IntakeKey | None = None
    identity: Identity | None = None
    source: str = ""

    @property
    def name(self) -> str:
        """The sender's name beside the ids of its batches; it never changes."""
        ref = self.audit_ref
        return f"{ref.kind}:{ref.id}"

    @property
    def audit_ref(self) -> ActorRef:
        if self.key is not None:
            return ActorRef(ActorKind.INTAKE_KEY, str(self.key.pk))
        if self.source:
            return ActorRef(ActorKind.SYSTEM, f"source {self.source}")
        if self.identity is None:
            raise TypeError("A sender is a key, an identity or a source.")
        return self.identity.audit_ref

    @property
    def environment(self) -> Environment | None:
        """The environment that a key speaks for; None for staff, who name one."""
        return self.key.environment if self.key is not None else None


def require_sending(sender: Sender) -> None:
    """Raise Forbidden for an identity that may not send signals. A key and a source always may."""
    if sender.identity is not None and not sender.identity.may(Privilege.STAFF_SEND_SIGNALS):
        raise Forbidden(CommonCode.NOT_ALLOWED)
