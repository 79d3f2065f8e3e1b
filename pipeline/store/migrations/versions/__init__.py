"""Each file is one step; its number is its place."""
