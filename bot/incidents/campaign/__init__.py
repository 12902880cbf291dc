"""Signs of a smear campaign in an incident, and what speaks against one. Pure."""
