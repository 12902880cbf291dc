"""What is kept. Plain functions on a connection, one file per subject; `engine` opens the database."""
