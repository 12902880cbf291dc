"""What is done with an incident: transitions, pages of its reviews, its evidence file, opening one that was offered."""
