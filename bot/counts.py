"""What /metrics shows. Labels are kinds, never people or texts.

Counters begin at 0 with the process, also those of what has not happened yet: an alert on a rise sees the first one.
What is asked of the database when somebody looks is in bot/measuring.py.
"""

from datetime import timedelta

from prometheus_client import Counter, Gauge, Histogram

TURN_OUTCOMES = ("done", "refused", "again", "failed", "set aside")
REPORTED = ("photo", "text", "form", "relay", "spot")
"""relay: told by a leader for somebody who called him; spot: dealt with by who found it."""
CAUSES = (
    "429", "403", "400", "401", "404", "409", "5xx", "moved", "gone", "no connection", "time-out", "reset", "garbled",
    "other",
)  # fmt: skip
"""Why a call of the Bot API failed (bot/channels/telegram/errors.py)."""
ENDS = ("again", "given up", "settled")
"""settled: nothing more is to be said (a message to be removed was gone already)."""
LANES = ("group", "private", "clock")
"""Of a group, of somebody alone (with a bot, or in a channel nobody has), of what no chat asked for."""
POST = ("urgent", "ordinary", "parked")
"""parked: the chat showed us the door; it waits until we are let in again."""
LATE_STAGES = ("dispatched", "working", "returned")
LATENESS = {"under an hour": timedelta(hours=1), "under a day": timedelta(days=1), "under a week": timedelta(days=7)}
LONGER = "longer"
DISKS = ("database", "media")

reports = Counter("roving_reports_total", "Reports received, new tickets and those that joined one, by how", ["how"])
received = Counter("roving_updates_received_total", "Updates stored in the inbox", ["channel"])
repeats = Counter("roving_updates_repeated_total", "Updates dropped as repeats", ["channel"])
unfetched = Counter("roving_fetch_errors_total", "Calls of getUpdates that failed, by cause", ["cause"])
turns = Counter("roving_turns_total", "Turns by outcome", ["outcome"])
turn_seconds = Histogram(
    "roving_turn_seconds",
    "How long a turn took, its transaction included",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5),
)
refusals = Counter("roving_refusals_total", "Polite refusals by key", ["key"])
sends = Counter("roving_sends_total", "Calls of the sender by kind and outcome", ["kind", "outcome"])
send_errors = Counter("roving_send_errors_total", "Sends that failed, by cause and what follows", ["cause", "outcome"])
errands = Counter("roving_errands_total", "Errands by kind and outcome; fetch: a picture", ["kind", "outcome"])
away = Counter("roving_database_faults_total", "Times the database was locked, full or away for a loop of ours")
delay = Histogram(
    "roving_send_delay_seconds",
    "From the turn that decided to say it until it was said",
    buckets=(0.05, 0.1, 0.5, 1, 3, 10, 60, 600),
)

waiting = Gauge("roving_waiting_rows", "Rows not yet done", ["table"])
oldest = Gauge("roving_oldest_waiting_seconds", "Age of the oldest row not yet done; parked chats apart", ["table"])
lanes = Gauge("roving_lanes_waiting", "Lanes with an unfinished row", ["lane"])
lane_age = Gauge("roving_lane_age_seconds", "Age of the oldest unfinished inbox row, by kind of lane", ["lane"])
outbox = Gauge("roving_outbox_rows", "Rows still to be said", ["of"])
outbox_age = Gauge("roving_outbox_age_seconds", "Age of the oldest row still to be said", ["of"])
set_aside = Gauge("roving_set_aside_rows", "Inbox rows that could not be handled, of the last day")
late = Gauge("roving_late_tickets", "Open tickets past their deadline, by stage and by how late", ["stage", "late"])
latest = Gauge("roving_latest_seconds", "How late the latest open ticket is, by stage", ["stage"])
free = Gauge("roving_disk_free_bytes", "Free disk", ["of"])
speaks = Gauge("roving_speaks", "1 while this process holds the token: it fetches updates and sends")
database_away = Gauge("roving_database_away", "1 while the database does not answer /metrics")

for _outcome in TURN_OUTCOMES:
    turns.labels(_outcome)
for _how in REPORTED:
    reports.labels(_how)
for _cause in CAUSES:
    unfetched.labels(_cause)
    for _end in ENDS:
        send_errors.labels(_cause, _end)
for _kind in ("fetch", "pair"):
    for _outcome in ("done", "again", "failed"):
        errands.labels(_kind, _outcome)
for _kind in ("say", "reply", "edit", "answer", "react", "remove", "card", "tray"):
    for _outcome in ("sent", "uncertain", "Refused"):
        sends.labels(_kind, _outcome)
received.labels("telegram")
repeats.labels("telegram")
