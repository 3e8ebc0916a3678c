"""Cases: one issue each, from its filing to its end, found again in a moment."""
