"""FLOOR 4: scores become work. Reads insight and records; writes records only through their services."""
