"""When are low reviews a cluster? Pure: no I/O, time is a parameter."""
