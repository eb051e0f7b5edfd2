"""Reads what other servers offer, at addresses that people typed: guarded, and within limits."""
