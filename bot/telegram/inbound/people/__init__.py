"""Who writes or presses, and how people and groups join and leave."""
