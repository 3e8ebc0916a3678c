"""The pages of filing: where it begins, the form, and what follows."""
