"""The pages of this room, for the operator's staff."""
