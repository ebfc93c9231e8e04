"""No question asked twice: several cards of one ticket are drawn from the same rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import FrozenResult, event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import ORMExecuteState
from sqlalchemy.sql.cache_key import HasCacheKey


@contextmanager
def asked_once(session: AsyncSession) -> Iterator[None]:
    """Meanwhile what was asked before has the answer it had then. Only for what just looks: in a turn it would hide
    what the turn itself has changed."""
    answers: dict[Any, FrozenResult[Any]] = {}

    def remember(asking: ORMExecuteState) -> Any:
        statement = cast(HasCacheKey, asking.statement)
        key = statement._generate_cache_key() if asking.is_select and not _gathers(asking) else None
        if key is None:
            return None
        question = (key.key, repr([bound.effective_value for bound in key.bindparams]), repr(asking.parameters))
        if question not in answers:
            answers[question] = asking.invoke_statement().freeze()
        return answers[question]()

    event.listen(session.sync_session, "do_orm_execute", remember)
    try:
        yield
    finally:
        event.remove(session.sync_session, "do_orm_execute", remember)


def _gathers(asking: ORMExecuteState) -> bool:
    """Whether several rows make one object, which a frozen answer would give as often."""
    return any(tie.lazy == "joined" for mapper in asking.all_mappers for tie in mapper.relationships)
