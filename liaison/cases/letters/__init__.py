"""What this room writes to people: case updates, calls to the triage, and shares."""
