"""Protokolle: what all screens logged, charted, searched, sorted into families, and as files."""
