"""The domain's values: reviews, incidents, people, platforms. Frozen, without I/O."""
