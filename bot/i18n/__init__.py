"""The words, numbers, dates and odds of both languages, for the chat, the pages, the picture and the terminal."""
