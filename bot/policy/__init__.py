"""Who is told, when, and whether it may sound: pure, time is a parameter."""
