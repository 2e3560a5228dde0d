"""The published networks, one file a paper. Without arguments each has the published size."""
