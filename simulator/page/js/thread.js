// The messages of one chat, kept in step with what happens.

import * as api from "./api.js";
import { bubble, serviceLine } from "./bubble.js";
import { button, el, icon } from "./dom.js";
import { dayName, dayOf, t } from "./words.js";

const NEAR_END = 120; // pixels
const READ_AFTER = 600; // milliseconds

const notice = (kind, key, text) => ({
  key, signature: text, draw: () => el("div", { class: kind }, el("span", { text })),
});

// What stays the same in a message that changes: its pictures, which would blink, and where the focus is.
function exchange(old, fresh) {
  const pictures = [...old.querySelectorAll("img")];
  for (const [index, picture] of fresh.querySelectorAll("img").entries()) {
    if (pictures[index]?.src === picture.src) picture.replaceWith(pictures[index]);
  }
  const stops = "button, a";
  const focused = [...old.querySelectorAll(stops)].indexOf(document.activeElement);
  old.replaceWith(fresh);
  const now = fresh.querySelectorAll(stops);
  if (focused >= 0) now[Math.min(focused, now.length - 1)]?.focus({ preventScroll: true });
}

export class Thread {
  constructor(phone) {
    this.phone = phone;
    this.messages = new Map();
    this.meanwhile = null; // what happened while the messages were asked for
    this.drawn = new Map(); // block key -> {signature, node}
    this.list = el("div", { class: "list", role: "log", "aria-label": t("message") });
    this.latest = button({ class: "latest", hidden: true, "aria-label": t("latest") }, icon("down"));
    this.latest.addEventListener("click", () => this.toEnd(true));
    this.scroller = el("div", { class: "scroller", tabindex: "0", onscroll: () => this.watch() }, this.list);
    this.node = el("div", { class: "thread" }, this.scroller, this.latest);
    new ResizeObserver(() => this.stuck && this.toEnd()).observe(this.scroller);
    new ResizeObserver(() => this.stuck && this.toEnd()).observe(this.list);
    this.stuck = true; // to the end: it follows what is new
    this.top = 0;
  }

  message(id) {
    return this.messages.get(id);
  }

  async load() {
    const { person, chat } = this.phone;
    const meanwhile = (this.meanwhile = []);
    const told = await api.messages(person, chat);
    if (this.meanwhile !== meanwhile) return; // another chat, or asked again
    this.meanwhile = null;
    this.messages = new Map(told.filter((one) => !one.deleted).map((one) => [one.message_id, one]));
    this.draw();
    for (const event of meanwhile) this.hear(event);
  }

  hear(event) {
    this.meanwhile?.push(event);
    if (event.message) this.put(event.message);
    if (event.type === "delete") this.drop(event.message_id);
    if (event.type === "reaction") this.reacted(event.message_id, event.reactions);
  }

  clear() {
    this.meanwhile = null;
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
        blocks.push(notice("day", `day ${day}`, dayName(message.date)));
      }
      const line = serviceLine(message);
      if (line !== null) {
        blocks.push(notice("service", `m${message.message_id}`, line));
      } else if (message.album && album?.album === message.album) {
        album.messages.push(message);
      } else {
        const messages = [message];
        const draw = () => bubble(messages, this.phone);
        blocks.push({ key: `m${message.message_id}`, album: message.album, messages, draw });
      }
      album = blocks.at(-1);
    }
    for (const block of blocks) block.signature ??= JSON.stringify(block.messages);
    return blocks;
  }

  // Touches only what changed: a picture that stays is not loaded again, the focus stays where it is.
  draw() {
    const blocks = this.blocks();
    const keys = new Set(blocks.map(({ key }) => key));
    for (const [key, { node }] of this.drawn) if (!keys.has(key)) node.remove();
    const kept = new Map();
    let spot = this.list.firstChild;
    for (const { key, signature, draw } of blocks) {
      const known = this.drawn.get(key);
      const node = known?.signature === signature ? known.node : draw();
      if (known && known.node !== node) {
        if (spot === known.node) spot = node;
        exchange(known.node, node);
      }
      if (spot === node) spot = node.nextSibling;
      else this.list.insertBefore(node, spot);
      kept.set(key, { signature, node });
    }
    this.drawn = kept;
    this.node.classList.toggle("empty", !blocks.length);
    this.node.dataset.empty = t("no_messages");
    if (this.stuck) this.toEnd();
  }

  // Only a hand that scrolls up leaves the end: a panel that opens or a picture that loads does not.
  watch() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    if (scrollHeight - scrollTop - clientHeight < NEAR_END) this.stuck = true;
    else if (scrollTop < this.top) this.stuck = false;
    this.top = scrollTop;
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
