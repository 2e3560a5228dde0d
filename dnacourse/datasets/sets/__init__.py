"""The data sets: each is a folder with its card, its loader and its files, and is found by looking here."""
