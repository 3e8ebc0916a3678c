"""Looking at a file before it is kept. Nothing here knows the database; all of it reads hostile bytes, with budgets."""
