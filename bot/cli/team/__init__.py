"""Commands about people: pairing the first owner, and who may do what."""
