"""Speaks with switchable plugs in the house, and with nothing else there."""
