"""The pages of this room: the gate, the record, its history, and the public page of a brand."""
