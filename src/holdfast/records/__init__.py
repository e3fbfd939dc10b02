"""Floor 2: what happened; one writer per fact."""
