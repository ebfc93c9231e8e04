"""Words and coordinates in, facts out; no database, no network."""
