"""Phones: what text messages and calls share. The operator's own gateway is called, in the shape that it wants."""
