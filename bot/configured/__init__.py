"""The parts of the configuration: what each may be, what holds otherwise, and what is wrong with it, in words."""
