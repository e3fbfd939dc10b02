"""Rows out for insight, read-only."""
