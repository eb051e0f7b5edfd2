"""What shows only when many screens and weeks are looked at together."""
