// The messages of one chat, kept in step with what happens.

import * as api from "./api.js";
import { bubble, serviceLine } from "./bubble.js";
import { button, el, icon } from "./dom.js";
import { dayName, dayOf, t } from "./words.js";

const NEAR_END = 120; // pixels
const READ_AFTER = 600; // milliseconds

export class Thread {
  constructor(phone) {
    this.phone = phone;
    this.messages = new Map();
    this.drawn = new Map(); // block key -> {signature, node}
    this.list = el("div", { class: "list", role: "log", "aria-label": t("message") });
    this.latest = button({ class: "latest", hidden: true, "aria-label": t("latest"), onclick: () => this.toEnd(true) }, icon("down"));
    this.scroller = el("div", { class: "scroller", tabindex: "0", onscroll: () => this.watch() }, this.list);
    this.node = el("div", { class: "thread" }, this.scroller, this.latest);
    new ResizeObserver(() => this.stuck && this.toEnd()).observe(this.scroller);
    new ResizeObserver(() => this.stuck && this.toEnd()).observe(this.list);
    this.stuck = true;
  }

  message(id) {
    return this.messages.get(id);
  }

  async load() {
    const { person, chat } = this.phone;
    const told = await api.messages(person, chat);
    if (this.phone.person !== person || this.phone.chat !== chat) return;
    this.messages = new Map(told.filter((one) => !one.deleted).map((one) => [one.message_id, one]));
    this.draw();
  }

  clear() {
    this.messages.clear();
    this.drawn.clear();
    this.list.replaceChildren();
    this.stuck = true;
    this.latest.hidden = true;
    clearTimeout(this.reading);
  }

  put(message) {
    if (message.deleted) return this.drop(message.message_id);
    const fresh = !this.messages.has(message.message_id);
    this.messages.set(message.message_id, message);
    this.draw();
    if (fresh && message.from?.id === this.phone.person) this.toEnd();
    else if (fresh && !this.stuck) this.latest.hidden = false;
    if (fresh) this.readSoon();
  }

  drop(id) {
    this.messages.delete(id);
    this.draw();
  }

  reacted(id, reactions) {
    const message = this.messages.get(id);
    if (message) this.put({ ...message, reactions });
  }

  // Asking for the messages is what marks them read.
  readSoon() {
    clearTimeout(this.reading);
    const { person, chat } = this.phone;
    this.reading = setTimeout(() => chat !== null && api.messages(person, chat, 1).catch(() => {}), READ_AFTER);
  }

  blocks() {
    const blocks = [];
    let day = null;
    let album = null;
    const sorted = [...this.messages.values()].sort((a, b) => a.message_id - b.message_id);
    for (const message of sorted) {
      if (dayOf(message.date) !== day) {
        day = dayOf(message.date);
        blocks.push({ key: `day ${day}`, signature: dayName(message.date), draw: () => el("div", { class: "day" }, el("span", { text: dayName(message.date) })) });
      }
      const line = serviceLine(message);
      if (line !== null) {
        blocks.push({ key: `m${message.message_id}`, signature: line, draw: () => el("div", { class: "service" }, el("span", { text: line })) });
      } else if (message.album && album?.album === message.album) {
        album.messages.push(message);
      } else {
        const messages = [message];
        blocks.push({ key: `m${message.message_id}`, album: message.album, messages, draw: () => bubble(messages, this.phone) });
      }
      album = blocks.at(-1);
    }
    for (const block of blocks) block.signature ??= JSON.stringify(block.messages);
    return blocks;
  }

  // Touches only what changed: a picture that stays is not loaded again, the focus stays where it is.
  draw() {
    const blocks = this.blocks();
    const kept = new Map();
    let spot = this.list.firstChild;
    for (const { key, signature, draw } of blocks) {
      const known = this.drawn.get(key);
      const node = known?.signature === signature ? known.node : draw();
      if (known && known.node !== node && known.node.parentNode) {
        if (spot === known.node) spot = node;
        known.node.replaceWith(node);
      }
      if (spot === node) spot = node.nextSibling;
      else this.list.insertBefore(node, spot);
      kept.set(key, { signature, node });
    }
    while (spot) {
      const next = spot.nextSibling;
      spot.remove();
      spot = next;
    }
    this.drawn = kept;
    this.node.classList.toggle("empty", !blocks.length);
    this.node.dataset.empty = t("no_messages");
    if (this.stuck) this.toEnd();
  }

  watch() {
    const left = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight;
    this.stuck = left < NEAR_END;
    if (this.stuck) this.latest.hidden = true;
  }

  toEnd(smooth = false) {
    this.stuck = true;
    this.latest.hidden = true;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smooth ? "smooth" : "instant" });
  }

  jump(id) {
    const node = this.list.querySelector(`[data-message-id="${Number(id)}"]`)?.closest(".turn");
    if (!node) return;
    this.stuck = false;
    node.scrollIntoView({ block: "center", behavior: "smooth" });
    node.classList.remove("flash");
    void node.offsetWidth; // starts the animation again
    node.classList.add("flash");
  }
}
