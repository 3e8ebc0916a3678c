"""Pages of this room: what a customer grants, the customers of delegates, and what staff decide about both."""
