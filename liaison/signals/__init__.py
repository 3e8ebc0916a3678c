"""How calls between the platform and its partners go: counts of each minute."""
