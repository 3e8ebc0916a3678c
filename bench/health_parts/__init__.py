"""The parts of `bench/health.py`."""
