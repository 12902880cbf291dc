"""Commands about what guests write: themes, and what was learned."""
