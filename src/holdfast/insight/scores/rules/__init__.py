"""How a month is computed and what an override or a definition may be; no database."""
