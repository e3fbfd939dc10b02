"""Floor 1: who may, who did, who is told."""
