"""A room with one slow piece of work, installed only where a test needs the real worker to be killed at it."""
