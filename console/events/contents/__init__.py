"""What an event shows: its files in order, and a stage on which they play."""
