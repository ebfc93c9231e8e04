"""What a machine lacks is skipped with one named line, and is a failure where everything must be there."""

import pytest

from tests import machine
from tests.machine import missing, postgres_server


def test_what_is_missing_is_skipped_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUIRE_ALL", raising=False)
    monkeypatch.setattr(machine, "find_postgres", lambda: None)
    with pytest.raises(pytest.skip.Exception, match="PostgreSQL is not on this machine"), postgres_server():
        pass


def test_where_all_is_required_it_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUIRE_ALL", "1")
    with pytest.raises(pytest.fail.Exception, match="Chromium"):
        missing("Chromium")
