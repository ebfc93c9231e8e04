"""Who may do what to a ticket: one table, asked in the verb at the moment it is done (contract 4 and 6)."""

from collections.abc import Mapping
from enum import StrEnum


class Standing(StrEnum):
    """What somebody is to one ticket. Nobody is one by being an administrator of a chat."""

    ANYONE = "anyone"
    REPORTER = "reporter"
    LEADER = "leader"  # of its grid, or of one above it; administrators stand in
    OFFICER = "officer"  # of the department in charge
    PARTY = "party"  # officer of a department called to it (吹哨), also of the one in charge
    INSPECTOR = "inspector"
    ADMIN = "admin"


RIGHTS: Mapping[str, frozenset[Standing]] = {
    "withdraw": frozenset({Standing.REPORTER}),
    "confirm": frozenset({Standing.REPORTER}),
    "unsolved": frozenset({Standing.REPORTER}),
    "rate": frozenset({Standing.REPORTER}),
    "tell_kind": frozenset({Standing.REPORTER}),
    "amend": frozenset({Standing.REPORTER}),
    "settle": frozenset({Standing.REPORTER}),
    "join": frozenset({Standing.ANYONE}),
    "leave": frozenset({Standing.ANYONE}),
    "look_at_caller": frozenset({Standing.LEADER}),
    "dispatch": frozenset({Standing.LEADER}),
    "decline": frozenset({Standing.LEADER}),
    "merge": frozenset({Standing.LEADER}),
    "urge": frozenset({Standing.LEADER}),
    "waive": frozenset({Standing.LEADER}),
    "whistle": frozenset({Standing.LEADER}),
    "agree": frozenset({Standing.LEADER}),
    "grant": frozenset({Standing.LEADER}),
    "refuse": frozenset({Standing.LEADER}),
    "verify": frozenset({Standing.LEADER, Standing.INSPECTOR}),
    "reopen": frozenset({Standing.LEADER, Standing.INSPECTOR}),
    "recategorise": frozenset({Standing.LEADER, Standing.OFFICER}),
    "accept": frozenset({Standing.OFFICER}),
    "return": frozenset({Standing.OFFICER}),
    "secure": frozenset({Standing.OFFICER}),
    "resolve": frozenset({Standing.OFFICER}),
    "ask_extend": frozenset({Standing.OFFICER}),
    "ask_suspend": frozenset({Standing.OFFICER}),
    "report_in": frozenset({Standing.PARTY}),
    "finish": frozenset({Standing.PARTY}),
    "ask_off": frozenset({Standing.PARTY}),
    "excuse": frozenset({Standing.LEADER}),
    "step": frozenset({Standing.PARTY, Standing.LEADER}),
    "lift": frozenset({Standing.OFFICER, Standing.LEADER}),
    "audit": frozenset({Standing.ADMIN}),
    "see_reporter": frozenset({Standing.LEADER}),
    "see_looks": frozenset({Standing.ADMIN}),
    "see_photos": frozenset(
        {Standing.REPORTER, Standing.OFFICER, Standing.PARTY, Standing.LEADER, Standing.INSPECTOR}
    ),  # of what is not public, and films, whatever it is
    "see_original": frozenset({Standing.OFFICER, Standing.LEADER, Standing.INSPECTOR}),
}
"""verb -> who may. What is in nobody's list here (lapse, resume, escalate …) is done by the clock alone."""

OTHERS_DECIDE = frozenset({"grant", "refuse", "verify", "waive"})
"""About what a department asked for or did somebody else decides: none of its own people, whatever else he is."""
REFUSALS: Mapping[Standing, str] = {
    Standing.REPORTER: "ticket.not_your_report",
    Standing.OFFICER: "ticket.not_yours",
    Standing.PARTY: "ticket.not_yours",
    Standing.LEADER: "ticket.not_your_grid",
    Standing.INSPECTOR: "ticket.not_yours",
    Standing.ADMIN: "who.only_admin",
}

REFUSALS_OF: Mapping[str, str] = {"see_original": "original.not_yours"}
"""Verbs that say themselves who may."""


def may(verb: str, standings: frozenset[Standing]) -> bool:
    return not (RIGHTS[verb].isdisjoint(standings) or _is_his_own(verb, standings))


def refusal(verb: str, standings: frozenset[Standing] = frozenset()) -> str:
    """The key of the sentence for who may not: of the first one that might."""
    if _is_his_own(verb, standings) and not RIGHTS[verb].isdisjoint(standings):
        return "ticket.own_work"
    if verb in REFUSALS_OF:
        return REFUSALS_OF[verb]
    keys = (key for standing, key in REFUSALS.items() if standing in RIGHTS[verb])
    return next(keys, "ticket.not_yours")


def _is_his_own(verb: str, standings: frozenset[Standing]) -> bool:
    return verb in OTHERS_DECIDE and Standing.OFFICER in standings
