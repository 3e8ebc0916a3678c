"""Who is bound to a customer and when, what the customer grants, and who reaches which cases by it (D1 to D5, D11)."""
