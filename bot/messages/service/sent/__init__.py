"""What files, and reviews that are typed, are answered with."""
