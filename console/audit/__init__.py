"""Audit: who changed what and when, found, compared word by word, and as files."""
