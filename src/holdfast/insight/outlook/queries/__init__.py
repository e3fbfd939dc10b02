"""The readers of what lies ahead."""
