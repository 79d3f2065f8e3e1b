"""TALKS to mail servers, and knows nothing of applications."""
