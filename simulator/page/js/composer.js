// Where a person writes: words, photos, a place, an answer to a message, a change of his own.

import * as api from "./api.js";
import { summary } from "./bubble.js";
import { button, el, icon } from "./dom.js";
import { commandPanel, photoPanel, placePanel } from "./panels.js";
import { t } from "./words.js";

const MOST_PHOTOS = 10;
const LONGEST = 4096; // UTF-16 units, as Telegram counts

const shape = (file) =>
  file.type.startsWith("video/") ? { as: "video" } : file.type.startsWith("audio/") ? { as: "voice" } : {};

const reference = async ({ sample, file }, asFile) =>
  sample ? { sample } : { upload: await api.upload(file), ...(asFile ? {} : shape(file)) };

export class Composer {
  constructor(phone) {
    this.phone = phone;
    this.text = el("textarea", {
      rows: 1, maxlength: LONGEST, placeholder: t("message"), "aria-label": t("message"), enterkeyhint: "send",
      "data-testid": "composer-text",
    });
    this.text.addEventListener("input", () => this.grow());
    this.text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.send();
    });
    this.text.addEventListener("paste", (event) => {
      const files = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
      if (files.length) this.addFiles(files);
    });
    this.tools = {
      photo: this.tool("photo", "photo", () => photoPanel(this)),
      place: this.tool("place", "pin", () => placePanel(this)),
      commands: this.tool("commands", "slash", () => commandPanel(this)),
    };
    this.sending = button({ class: "send", "aria-label": t("send"), "data-testid": "send" }, icon("send"));
    this.sending.addEventListener("click", () => this.send());
    this.about = el("div", { class: "about", hidden: true });
    this.tray = el("div", { class: "tray", hidden: true });
    this.panel = el("div", { class: "panel", hidden: true });
    this.begin = button({ class: "primary start", "data-testid": "start", onclick: () => this.phone.start() });
    this.hint = el("div", { class: "begin", hidden: true }, el("p", { text: t("start_hint") }), this.begin);
    this.bar = el("form", { class: "bar", onsubmit: (event) => { event.preventDefault(); this.send(); } },
      Object.values(this.tools), this.text, this.sending);
    this.node = el("div", { class: "composer" }, this.about, this.tray, this.bar, this.panel, this.hint);
    this.node.addEventListener("keydown", (event) => event.key === "Escape" && this.back());
    this.clear();
  }

  tool(word, picture, open) {
    const said = { "aria-label": t(word), title: t(word), "aria-expanded": "false", "data-testid": word };
    const tool = button({ class: "tool", ...said }, icon(picture));
    tool.addEventListener("click", () => this.toggle(tool, open));
    return tool;
  }

  toggle(tool, open) {
    const opening = tool.getAttribute("aria-expanded") !== "true";
    this.closePanel();
    if (!opening) return;
    tool.setAttribute("aria-expanded", "true");
    this.panel.replaceChildren(open());
    this.panel.hidden = false;
  }

  // Escape takes back the last thing begun.
  back() {
    const open = Object.values(this.tools).find((tool) => tool.getAttribute("aria-expanded") === "true");
    this.closePanel();
    if (open) open.focus();
    else this.drop();
  }

  closePanel() {
    for (const tool of Object.values(this.tools)) tool.setAttribute("aria-expanded", "false");
    this.panel.hidden = true;
    this.panel.replaceChildren();
  }

  clear() {
    this.photos = []; // {sample} or {file}, each with {url}
    this.asFile = false;
    this.reply = null;
    this.changing = null;
    this.text.value = "";
    this.closePanel();
    this.drawTray();
    this.drawAbout();
    this.grow();
  }

  // chat: as GET /api/chats tells it
  fit(chat) {
    const closed = chat.type === "private" && chat.bot_member !== "member" && chat.bot_member !== "administrator";
    this.bar.hidden = closed;
    this.hint.hidden = !closed;
    this.begin.textContent = t(chat.bot_member ? "restart" : "start");
    this.tools.commands.hidden = !chat.commands?.length;
    this.grow();
  }

  grow() {
    this.text.style.height = "auto";
    // Not on the page yet, it measures nothing.
    if (this.text.scrollHeight) this.text.style.height = `${Math.min(this.text.scrollHeight, 120)}px`;
    this.sending.disabled = !this.text.value.trim() && !this.photos.length;
  }

  replyTo(message) {
    this.changing = null;
    this.reply = message;
    this.drawAbout();
    this.text.focus();
  }

  change(message) {
    this.clear();
    this.changing = message;
    this.text.value = message.text ?? message.caption ?? "";
    this.drawAbout();
    this.grow();
    this.text.focus();
  }

  drawAbout() {
    const message = this.changing ?? this.reply;
    this.about.hidden = !message;
    if (!message) return this.about.replaceChildren();
    const title = this.changing ? t("editing") : t("replying", { name: message.from?.first_name });
    return this.about.replaceChildren(
      el("span", { class: "bar-line" }, el("b", { text: title }), el("span", { text: summary(message) })),
      button({ class: "tool", "aria-label": t("cancel"), onclick: () => this.drop() }, icon("close")));
  }

  drop() {
    if (this.changing) return this.clear();
    this.reply = null;
    this.drawAbout();
  }

  toggleSample(sample) {
    const at = this.photos.findIndex((photo) => photo.sample === sample.name);
    if (at >= 0) this.photos.splice(at, 1);
    else this.add({ sample: sample.name, url: sample.url });
    this.drawTray();
  }

  addFiles(files) {
    for (const file of files) this.add({ file, url: URL.createObjectURL(file) });
    this.drawTray();
  }

  add(photo) {
    if (this.photos.length < MOST_PHOTOS) this.photos.push(photo);
    else this.phone.over.toast(t("too_many"));
  }

  drawTray() {
    this.tray.hidden = !this.photos.length;
    this.tray.replaceChildren(...this.photos.map((photo, index) =>
      button({ class: "thumb", "aria-label": t("unpick", { n: index + 1 }), onclick: () => {
        this.photos.splice(index, 1);
        this.drawTray();
      } }, el("img", { src: photo.url, alt: "", onerror: (event) => event.target.remove() }), icon("close"))));
    for (const sample of this.panel.querySelectorAll("[data-sample]")) {
      sample.setAttribute("aria-pressed", String(this.photos.some((photo) => photo.sample === sample.dataset.sample)));
    }
    this.grow();
  }

  async send() {
    const { person, chat } = this.phone;
    const { photos, reply, changing, asFile } = this;
    const text = this.text.value.trim();
    if (this.busy || (!text && !photos.length)) return;
    this.busy = true;
    try {
      if (changing) {
        if (text !== (changing.text ?? changing.caption)) await api.edit(person, chat, changing.message_id, text);
      } else {
        const sent = await Promise.all(photos.map((photo) => reference(photo, asFile)));
        await api.say(person, chat, {
          ...(text && { text }),
          ...(sent.length && { photos: sent, as_file: asFile }),
          ...(reply && { reply_to: reply.message_id }),
        });
      }
      for (const { file, url } of photos) if (file) URL.revokeObjectURL(url);
      if (this.phone.person === person && this.phone.chat === chat) this.clear();
    } catch (refusal) {
      this.phone.over.toast(refusal.message);
    } finally {
      this.busy = false;
    }
  }

  async sendPlace(location) {
    const { person, chat } = this.phone;
    const reply_to = this.reply?.message_id;
    try {
      await api.say(person, chat, { location, ...(reply_to && { reply_to }) });
      this.reply = null;
      this.drawAbout();
      this.closePanel();
    } catch (refusal) {
      this.phone.over.toast(refusal.message);
    }
  }

  put(words) {
    this.closePanel();
    this.text.value = words;
    this.grow();
    this.text.focus();
  }
}
