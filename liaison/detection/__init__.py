"""Rules: what counts as a problem, judged over windows of what is known."""
