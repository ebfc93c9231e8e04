// One phone: who holds it, which chat is open, what lies over it.

import * as api from "./api.js";
import { ChatList } from "./chats.js";
import { Composer } from "./composer.js";
import { avatar, button, el, groupAvatar, icon, names } from "./dom.js";
import { pickMap } from "./map.js";
import { choosePerson } from "./people.js";
import { Over } from "./over.js";
import { Thread } from "./thread.js";
import { t } from "./words.js";

const asks = (message) =>
  message?.from?.is_bot && message.reply_markup?.inline_keyboard?.flat().some((one) => one.callback_data);
const QUICK = ["👍", "🙏", "❤", "👌", "🎉"];
const TYPING_MS = 5000;

export class Phone {
  // cast: [{person, chat}] it may show before anybody has touched it
  constructor(number, town, cast) {
    Object.assign(this, { number, town, cast, person: null, chat: null, view: null, touched: false });
    this.over = new Over();
    this.thread = new Thread(this);
    this.composer = new Composer(this);
    this.list = new ChatList(this);
    this.who = button({ class: "who", "data-testid": "who", "aria-haspopup": "dialog" });
    this.who.addEventListener("click", () => choosePerson(this));
    this.head = el("div", { class: "head" });
    this.room = el("div", { class: "room", hidden: true }, this.head, this.thread.node, this.composer.node);
    this.node = el("section", { class: "phone", "data-testid": `phone-${number}` },
      this.who, this.list.node, this.room, this.over.toasts, this.over.layer);
    for (const touch of ["pointerdown", "keydown"]) {
      this.node.addEventListener(touch, () => (this.touched = true), { capture: true });
    }
  }

  // How it starts: {person, chat or null for the list, touched?}
  begin({ person, chat, touched = false }) {
    this.touched = touched;
    this.hold(person);
    if (chat !== null) this.open(chat);
  }

  kept() {
    return { person: this.person, chat: this.chat, touched: this.touched };
  }

  hold(person) {
    const { first_name, note } = this.town.person(person);
    this.person = person;
    this.node.setAttribute("aria-label", t("phone", { n: this.number, name: first_name }));
    this.who.setAttribute("aria-label", `${t("who")}: ${first_name} ${note ?? ""}`);
    this.who.replaceChildren(avatar(person, first_name), names(first_name, note), icon("down"));
    this.leave();
  }

  leave() {
    const was = this.chat;
    this.chat = null;
    this.view = null;
    this.thread.clear();
    this.composer.clear();
    this.over.close();
    this.room.hidden = true;
    this.list.node.hidden = false;
    return this.list.load(was);
  }

  async open(chat, message = null) {
    const { person } = this;
    this.thread.clear();
    this.composer.clear();
    this.over.close();
    this.chat = chat;
    this.list.node.hidden = true;
    this.room.hidden = false;
    this.view = this.list.chat(chat) ?? null;
    this.drawHead();
    await this.attempt(() => this.thread.load());
    await this.refresh();
    if (this.person === person && this.chat === chat && message !== null) this.thread.jump(message);
  }

  // Asks again who is here and what the bot offers.
  async refresh() {
    await this.list.load();
    if (this.chat === null) return;
    const view = this.list.chat(this.chat);
    if (!view) return void this.leave();
    this.view = view;
    this.drawHead();
  }

  drawHead() {
    if (!this.view) return;
    const { view } = this;
    const title = names(view.title, this.subtitle());
    this.state = title.querySelector("small");
    const face = view.id > 0 ? avatar(this.town.bot?.id ?? 0, view.title) : groupAvatar(view);
    const back = { class: "tool", "data-testid": "back", "aria-label": t("back"), onclick: () => this.leave() };
    this.head.replaceChildren(button(back, icon("back")), face, title);
    this.composer.fit(view);
  }

  subtitle() {
    if (this.view.id > 0) return t("bot_chat");
    const bot = ["member", "administrator"].includes(this.view.bot_member) ? 1 : 0;
    return t("members", { n: this.view.members.length + bot });
  }

  hear(event) {
    if (event.type === "menu" || event.type === "chat") return void this.attempt(() => this.refresh());
    if (event.chat === this.chat) {
      this.thread.hear(event);
      if (event.type === "typing") this.showTyping();
      if (event.type === "message") this.hideTyping();
    }
    if (event.type === "message") this.followTheWork(event);
    if (["message", "edit", "delete"].includes(event.type)) this.list.hear(event);
  }

  // A phone nobody has touched goes to the first chat of its cast where the bot asks for something to be done.
  followTheWork(event) {
    const next = this.cast.find(({ chat }) => chat === event.chat);
    if (this.touched || !next || event.chat === this.chat) return;
    if (!asks(event.message) || [...this.thread.messages.values()].some(asks)) return;
    this.hold(next.person);
    this.open(next.chat);
  }

  showTyping() {
    if (this.state) this.state.textContent = t("typing");
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.hideTyping(), TYPING_MS);
  }

  hideTyping() {
    if (this.state && this.view) this.state.textContent = this.subtitle();
  }

  async reload() {
    if (this.chat !== null) await this.attempt(() => this.thread.load());
    await this.attempt(() => this.refresh());
  }

  // What a person may do with a message. said: the one with the words; messages: all of an album.
  actions(said, messages) {
    const [first] = messages;
    const own = first.from?.id === this.person;
    const words = said.text ?? said.caption;
    const faces = QUICK.map((emoji) => {
      const react = () => this.over.leaveFor(() => this.react(first, emoji));
      const label = { "data-testid": `react-${emoji}`, "aria-label": `${t("reaction")} ${emoji}` };
      return button({ ...label, onclick: react }, emoji);
    });
    const remove = () =>
      this.attempt(() => Promise.all(messages.map((one) => api.remove(this.person, this.chat, one.message_id))));
    this.over.menu(t("more"), el("div", { class: "faces" }, faces), [
      { label: t("reply"), testid: "reply", act: () => this.composer.replyTo(first) },
      words && { label: t("copy"), act: () => this.copy(words) },
      own && (words || first.photo_url) && { label: t("edit"), testid: "edit", act: () => this.composer.change(said) },
      own && first.location?.live_period && { label: t("move"), testid: "move", act: () => this.movePlace(first) },
      own && { label: t("remove"), testid: "remove", danger: true, act: remove },
    ].filter(Boolean));
  }

  movePlace(message) {
    this.over.large(pickMap(this.town.map, (place) => {
      this.over.close();
      this.attempt(() => api.move(this.person, this.chat, message.message_id, place));
    }), t("move"));
  }

  react(message, emoji) {
    return this.attempt(() => api.react(this.person, this.chat, message.message_id, emoji));
  }

  sayCommand(words) {
    return this.attempt(() => api.say(this.person, this.chat, { text: words }));
  }

  async copy(words) {
    await this.attempt(() => navigator.clipboard.writeText(words));
    this.over.toast(t("copied"));
  }

  // An address: the bot's own are played inside the phone, others open outside.
  follow(address) {
    let target;
    try {
      target = new URL(address);
    } catch {
      return;
    }
    if (!["http:", "https:", "tg:"].includes(target.protocol)) return;
    const tg = target.protocol === "tg:";
    const inside = tg || ["t.me", "telegram.me"].includes(target.hostname);
    const bot = tg ? target.searchParams.get("domain") : target.pathname.slice(1);
    const message = target.pathname.match(/^\/c\/(\d+)\/(?:\d+\/)?(\d+)$/); // of a group: /c/chat[/thread]/message
    if (inside && bot?.toLowerCase() === this.town.bot?.username?.toLowerCase()) {
      this.start(target.searchParams.get("start"));
    } else if (inside && message) this.open(Number(`-100${message[1]}`), Number(message[2]));
    else window.open(target.href, "_blank", "noopener,noreferrer");
  }

  async start(payload = "") {
    if (payload !== null) await this.attempt(() => api.start(this.person, payload));
    await this.open(this.person);
  }

  async attempt(work) {
    try {
      return await work();
    } catch (refusal) {
      this.over.toast(refusal.message);
      return undefined;
    }
  }
}
