"""Test messages and drills: that a contact answers is proven, not hoped."""
