"""The fault harness: the real stack, real faults under load, judged from ledgers. `docs/reference/faults.md`."""
