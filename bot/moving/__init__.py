"""A whole town carried: from one database to another, into a folder, and back out of it."""
