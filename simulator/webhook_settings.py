"""Where updates go: to whoever asks, or to a webhook."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from simulator.call import Call
from simulator.records import Json, Records
from simulator.refusal import bad
from simulator.table import bot_api

SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
LOCAL = {"localhost", "127.0.0.1", "::1"}


def set_webhook(town: Records, call: Call) -> bool:
    """https as Telegram wants it; plain http and any port only on this machine."""
    if not call["url"]:
        return delete_webhook(town, call)
    address = urlsplit(call["url"])
    if address.scheme != "https" and not (address.scheme == "http" and address.hostname in LOCAL):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    secret = call.get("secret_token")
    if secret is not None and not SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    allow(town, call)
    if call.get("drop_pending_updates"):
        town.queue.drop()
    connections = call.get("max_connections", 40)
    if not 1 <= connections <= 100:
        raise bad("max_connections must be 1 to 100")
    town.store.set_note("webhook", {"url": call["url"], "secret": secret, "max_connections": connections})
    town.store.set_note("webhook_error", None)
    return True


def delete_webhook(town: Records, call: Call) -> bool:
    if call.get("drop_pending_updates"):
        town.queue.drop()
    town.store.set_note("webhook", None)
    return True


def get_webhook_info(town: Records, call: Call) -> Json:
    webhook = town.store.note("webhook")
    told: Json = {
        "url": webhook["url"] if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": town.queue.pending(),
    }
    if webhook:
        told |= {"max_connections": webhook["max_connections"], "ip_address": "127.0.0.1"}
    if allowed := town.store.note("allowed_updates"):
        told["allowed_updates"] = allowed
    if webhook and (error := town.store.note("webhook_error")):
        told |= {"last_error_date": error["date"], "last_error_message": error["message"]}
    return told


def allow(town: Records, call: Call) -> None:
    kinds = call.get("allowed_updates")
    known = bot_api().types["Update"].keys() - {"update_id"}
    for kind in kinds or ():
        if kind not in known:
            raise bad(f"allowed_updates: unknown kind of update {kind!r}")
    town.queue.allow(kinds)
