"""What screens really showed, from when to when, and how sure that is: proof of play."""
