"""The words and sums of outlooks, without a database."""
