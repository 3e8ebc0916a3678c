"""Cases of customers and the accounts that work for them: hand-overs, what ends with access, and what proves it."""
