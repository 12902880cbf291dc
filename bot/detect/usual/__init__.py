"""What is usual at a location: how many reviews, which share of them low, when in the week."""
