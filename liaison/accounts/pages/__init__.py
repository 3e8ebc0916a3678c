"""Pages of this room: the way in, home, one's own settings, and the users of an account."""
