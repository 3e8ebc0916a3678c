"""Pages that show how integrations do."""
