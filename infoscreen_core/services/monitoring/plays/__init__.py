"""Proof of play: put on record, counted by day, and read."""
