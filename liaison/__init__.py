"""Liaison: a portal that tells exactly the right people, and proves it."""

__version__ = "0.1.0"
