"""The life of an incident: which moves are allowed, and what the program itself does. Pure."""
