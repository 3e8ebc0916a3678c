"""The parts of `bench/delivery.py`."""
