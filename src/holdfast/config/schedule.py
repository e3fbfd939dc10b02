"""All clock-run work on one page."""
