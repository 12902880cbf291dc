"""Commands about the locations that stand in the database."""
