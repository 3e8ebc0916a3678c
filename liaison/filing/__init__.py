"""Filing a case: the form, its drafts, and what is shown before it is sent."""
