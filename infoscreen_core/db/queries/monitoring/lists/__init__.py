"""Lists of players: what is wanted, in which order, and all that is shown of each."""
