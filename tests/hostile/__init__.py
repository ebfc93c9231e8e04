"""Files made to hurt, and workers that misbehave: what a stranger may send, and what is left of us afterwards."""
