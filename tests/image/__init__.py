"""What users install, built and run as they run it."""
