"""The support page for every situation, and expressions of interest."""
