"""Keeping the leases of what is in hand while the worker lives, and knowing whether they still hold."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from time import monotonic
from typing import Final

from django.conf import settings
from django.db import Error, connections

from liaison.notifications.claims import Claim, renew

logger = logging.getLogger(__name__)

LONGEST_HOLD_SECONDS: Final = 20 * 60.0


class LeaseKeeper:
    """Renews leases from a thread and a connection of its own, a third of a lease apart.

    A server may take minutes for its answer; a worker that died must be noticed much sooner. Whoever is killed or
    stopped renews nothing, and a worker that wakes up again sees by its own clock that its leases have run out.
    Nobody holds a message longer than twenty minutes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[int, tuple[Claim, float, float]] = {}  # by message: claim, since when, last known to hold
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def __len__(self) -> int:
        return len(self._held)

    def hold(self, claims: Iterable[Claim], since: float) -> None:
        """Keep these from now on; they are known to hold since the moment before they were claimed (monotonic)."""
        with self._lock:
            for claim in claims:
                self._held[claim.message] = (claim, since, since)
            if self._thread is None:
                self._thread = threading.Thread(target=self._renew_until_done, name="lease-keeper", daemon=True)
                self._thread.start()

    def let_go(self, claims: Iterable[Claim]) -> None:
        with self._lock:
            for claim in claims:
                kept = self._held.get(claim.message)
                if kept is not None and kept[0].attempt == claim.attempt:  # it may have been claimed anew since
                    del self._held[claim.message]

    def holds(self, claim: Claim) -> bool:
        """Say whether the lease of a claim certainly still runs, by this machine's own clock. Asks nobody."""
        kept = self._held.get(claim.message)
        if kept is None or kept[0].attempt != claim.attempt:
            return False
        return monotonic() - kept[2] < settings.DELIVERY_LEASE_SECONDS * 0.8

    def confirm(self, claims: Iterable[Claim]) -> None:
        """Ask the database which of these are still held, and prolong them. Raises Django's database errors."""
        wanted = [claim for claim in claims if claim.message in self._held]
        before = monotonic()
        still = renew(wanted)
        with self._lock:
            for claim in wanted:
                kept = self._held.get(claim.message)
                if kept is None:
                    continue
                if claim.message in still:
                    self._held[claim.message] = (claim, kept[1], before)
                else:
                    del self._held[claim.message]

    def close(self) -> None:
        self._done.set()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()

    def _renew_until_done(self) -> None:
        try:
            while not self._done.wait(settings.DELIVERY_LEASE_SECONDS / 3):
                self._renew()
        finally:
            connections.close_all()

    def _renew(self) -> None:
        now = monotonic()
        with self._lock:
            claims = [claim for claim, since, _ in self._held.values() if now - since < LONGEST_HOLD_SECONDS]
        try:
            if claims:
                self.confirm(claims)
        except Error as error:
            # The database is away: the worker notices by itself, and the fence holds without us.
            logger.info("Leases cannot be prolonged: %s", error)
        except Exception:
            logger.exception("Leases could not be prolonged; it is tried again.")
        finally:
            connections.close_all()  # the couriers of a process need most of its few connections
