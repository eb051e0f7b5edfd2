"""What an incident is: kinds, limits, when one begins and ends, and its words."""
