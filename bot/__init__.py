"""The machine: everything with a socket, a clock or a loop."""
