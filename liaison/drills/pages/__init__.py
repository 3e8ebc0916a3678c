"""The pages of tests and drills."""
