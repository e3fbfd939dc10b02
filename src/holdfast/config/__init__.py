"""Settings, addresses, navigation and clock: the one place that knows every room.

Owns nothing in the database. Everything here is read from the environment (`env.py`).
"""
