"""Pictures and pages for people, from plain data: nothing here reads a database, a clock or the network."""
