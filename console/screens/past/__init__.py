"""A screen's past on its page: one picture of all that became of it, and why it is as it is."""
