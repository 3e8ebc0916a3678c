"""Inventory feeds: what a partner must deliver, and each run of it."""
