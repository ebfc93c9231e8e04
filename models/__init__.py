"""What is true in the town, and what is allowed: rich and pure. No await, no chat, no clock of their own."""
