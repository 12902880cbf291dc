"""What is chosen in the chat and in the configuration file."""
