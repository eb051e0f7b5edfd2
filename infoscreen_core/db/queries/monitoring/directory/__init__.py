"""Players one after another, as programs walk through them."""
