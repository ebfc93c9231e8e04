"""What no server should send: parts missing, of a wrong type, unknown, or double."""

from typing import Any

from hypothesis import strategies as st

from tests.fuzz import shapes

Path = tuple[str | int, ...]


@st.composite
def damaged(draw: st.DrawFn, update: dict[str, Any]) -> dict[str, Any]:
    """A copy with one to three of its parts changed; an update stays an object, for nothing else is kept at all."""
    made: Any = update
    for _ in range(draw(st.integers(1, 3))):
        paths = [path for path in places_in(made) if path]
        if not paths:
            break
        # Not the deepest ones most often: there are so many more of them.
        path = paths[draw(st.integers(0, len(paths) - 1))][: draw(st.integers(1, 4))]
        turn = draw(st.integers(0, 3))
        if turn == 0:
            made = _changed(made, path, None, drop=True)
        elif turn < 3:
            made = _changed(made, path, draw(shapes.junk))
        else:
            new = draw(
                st.sampled_from(["hologram", "caption", "photo", "from", "sender_chat", "text", "\x00", "new_field"])
            )
            made = _changed(made, (*path[:-1], new), draw(shapes.junk))
    return made if isinstance(made, dict) else update


def places_in(tree: Any, at: Path = ()) -> list[Path]:
    """Every part, from the outside in."""
    found = [at]
    if isinstance(tree, dict):
        pairs: Any = tree.items()
    elif isinstance(tree, list):
        pairs = enumerate(tree)
    else:
        return found
    for name, part in pairs:
        found += places_in(part, (*at, name))
    return found


def _changed(tree: Any, path: Path, value: Any, *, drop: bool = False) -> Any:
    name, rest = path[0], path[1:]
    if isinstance(tree, list):
        if not isinstance(name, int) or name >= len(tree):
            return tree
        kept = list(tree)
        if rest:
            kept[name] = _changed(kept[name], rest, value, drop=drop)
        elif drop:
            del kept[name]
        else:
            kept[name] = value
        return kept
    if not isinstance(tree, dict) or (rest and name not in tree):
        return tree
    if drop and not rest:
        return {key: part for key, part in tree.items() if key != name}
    return {**tree, name: _changed(tree[name], rest, value, drop=drop) if rest else value}
