"""What holds for the project as a whole: its documents, packages, names and set-up."""
