"""What staff tell a partner in their own words: technical notices, merchant issues, user escalations."""
