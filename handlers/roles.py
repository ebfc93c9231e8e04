"""What roles are called, and for what part of the town they are held."""

from handlers import words
from handlers.book import Book
from models.person import RoleKind
from models.refusal import Refusal


def role_at_head(text: str) -> tuple[RoleKind | None, str]:
    """网格长 团结西路网格, department 市政中心: the role a text begins with, in any language, and what follows."""
    folded = text.strip().casefold()
    for word, kind in sorted(_words().items(), key=lambda pair: -len(pair[0])):
        follows = folded.removeprefix(word)
        if follows == folded or (word.isascii() and follows and not follows[0].isspace()):
            continue
        return kind, text.strip()[len(word) :].strip(" \t\n:：,，")
    return None, text.strip()


def scope_named(book: Book, kind: RoleKind, name: str) -> tuple[int | None, int | None]:
    """Ids of the grid and the department it is held for; both None: the whole district. Raises Refusal."""
    grid = book.grid_named(name) if kind == RoleKind.LEADER else None
    department = book.department_named(name) if kind == RoleKind.DEPARTMENT else None
    if not name and kind == RoleKind.LEADER:
        raise Refusal("invite.which_leader")
    if not name and kind == RoleKind.DEPARTMENT:
        raise Refusal("invite.which_department")
    if kind == RoleKind.LEADER and grid is None:
        raise Refusal("invite.grid", name=name[:40])
    if kind == RoleKind.DEPARTMENT and department is None:
        raise Refusal("invite.department", name=name[:40])
    return grid.id if grid else None, department.id if department else None


def role_told(book: Book, locale: str, kind: str, grid_id: int | None, department_id: int | None) -> str:
    """团结西路网格 网格长: as it is said to people."""
    grid, department = book.grids.get(grid_id or 0), book.departments.get(department_id or 0)
    scope = grid.name if grid else department.name if department else book.district.name
    return words.plain(locale, "role_of.scope", scope=scope, role=words.plain(locale, f"role.{kind}"))


def _words() -> dict[str, RoleKind]:
    return {
        word.casefold(): kind
        for locale in words.LOCALES
        for kind in RoleKind
        for word in words.listed(locale, f"role_word.{kind.value}")
    }
