"""The command line. One file for each command: it parses, prints and sets the exit code."""
