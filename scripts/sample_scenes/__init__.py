"""The scenes behind the simulator's sample pictures: an invented street, drawn, never photographed."""
