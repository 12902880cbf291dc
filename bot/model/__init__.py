"""What the product talks about: reviews, incidents, people. Frozen values without I/O."""
