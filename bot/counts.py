"""What /metrics shows. Labels are kinds, never people or texts."""

from prometheus_client import Counter, Gauge, Histogram

received = Counter("roving_updates_received_total", "Updates stored in the inbox", ["channel"])
repeats = Counter("roving_updates_repeated_total", "Updates dropped as repeats", ["channel"])
turns = Counter("roving_turns_total", "Turns by outcome", ["outcome"])
refusals = Counter("roving_refusals_total", "Polite refusals by key", ["key"])
sends = Counter("roving_sends_total", "Calls of the sender by kind and outcome", ["kind", "outcome"])
errands = Counter("roving_errands_total", "Errands by kind and outcome", ["kind", "outcome"])
waiting = Gauge("roving_waiting_rows", "Rows not yet done", ["table"])
oldest = Gauge("roving_oldest_waiting_seconds", "Age of the oldest row not yet done", ["table"])
delay = Histogram(
    "roving_send_delay_seconds",
    "From the turn that decided to say it until it was said",
    buckets=(0.05, 0.1, 0.5, 1, 3, 10, 60, 600),
)
