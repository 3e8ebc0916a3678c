"""Escalations: somebody is called, then the next, until somebody says "I have it" (section R)."""
