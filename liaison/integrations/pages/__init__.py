"""Pages of Account and users: integrations, their intake keys, and brands."""
