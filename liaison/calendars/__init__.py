"""Calendars: hours, public holidays, and who is on call."""
