"""What the operator expects of a partner and by when, and what the partner answers (S7)."""
