"""The servers that mail and webhooks arrive at: processes of their own, which misbehave on demand and keep a ledger."""
