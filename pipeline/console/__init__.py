"""SHOWS, and lets people act: the command line, its views, and health."""
