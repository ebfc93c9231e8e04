"""Makes the tables that reading ships from labelled lines; needs requirements-dev.txt, and is not shipped itself."""
