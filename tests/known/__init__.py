"""Answers published by others, or found twice in ways that share no code, on data made by others."""
