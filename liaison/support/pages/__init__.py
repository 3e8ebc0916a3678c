"""Pages of this room: the support page, expressing interest, and what staff decide about it."""
