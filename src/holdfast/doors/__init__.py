"""Floor 5: ways in and out, across rooms."""
