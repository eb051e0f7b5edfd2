"""Remote commands, and what is done to many screens or by itself."""
