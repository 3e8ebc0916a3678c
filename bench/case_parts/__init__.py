"""What `bench/cases.py` is made of."""
