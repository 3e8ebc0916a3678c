"""Files that people send: taken in pieces, looked at, kept, and given out again."""
