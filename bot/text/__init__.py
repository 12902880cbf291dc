"""What every room does to a text: which signs are never shown, how texts are compared, how they are shortened."""
