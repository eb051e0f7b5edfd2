"""Files that the demo school shows, made when they are needed: the code holds none of them."""
