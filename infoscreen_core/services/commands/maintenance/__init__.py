"""Scheduled maintenance: plans of restarts, and the roll-outs that begin by them."""
