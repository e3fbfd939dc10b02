"""Floor 3: facts become scores."""
