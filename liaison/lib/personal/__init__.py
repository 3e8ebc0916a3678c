"""Personal data and secrets in text: found by form and checksum, shown masked (D9, decision 0031).

`find(text)` says where; `without(text)` gives the text with a mark in every such place. Nothing here knows what a
model or a network is, and nothing keeps what it read.
"""

from __future__ import annotations

from liaison.lib.personal.finding import MOST_FINDINGS, find, without
from liaison.lib.personal.kinds import Finding, PersonalKind

__all__ = ["MOST_FINDINGS", "Finding", "PersonalKind", "find", "without"]
