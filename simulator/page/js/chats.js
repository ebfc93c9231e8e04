// The chats a person sees on his phone, newest first.

import * as api from "./api.js";
import { summary } from "./bubble.js";
import { avatar, button, el, groupAvatar } from "./dom.js";
import { clockTime, dayName, dayOf, t } from "./words.js";

const SETTLED = 250; // milliseconds

export class ChatList {
  constructor(phone) {
    this.phone = phone;
    this.chats = [];
    this.node = el("nav", { class: "chats", "aria-label": t("chats") });
  }

  chat(id) {
    return this.chats.find((chat) => chat.id === id);
  }

  // was: the chat just left, which gets the focus
  async load(was = null) {
    const { person } = this.phone;
    const told = await this.phone.attempt(() => api.chats(person));
    if (!told || this.phone.person !== person) return;
    this.chats = told;
    this.draw();
    if (was !== null) this.node.querySelector(`[data-testid="chat-${was}"]`)?.focus({ preventScroll: true });
  }

  hear(event) {
    if (!this.chat(event.chat) || this.node.hidden) return;
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.load(), SETTLED);
  }

  draw() {
    const focused = document.activeElement?.dataset?.testid;
    const { phone } = this;
    this.node.replaceChildren(...this.chats.map((chat) => {
      const { last } = chat;
      const time = last && (dayOf(last.date) === dayOf(Date.now() / 1000) ? clockTime(last.date) : dayName(last.date));
      const speaker = last && chat.id < 0 ? `${last.from?.id === phone.person ? t("you") : last.from?.first_name ?? ""}：` : "";
      return button({ class: "chat", "data-testid": `chat-${chat.id}`, onclick: () => phone.open(chat.id) },
        chat.id > 0 ? avatar(phone.town.bot?.id ?? 0, chat.title) : groupAvatar(chat),
        el("span", { class: "names" }, el("b", { text: chat.title }), el("small", { text: last ? speaker + summary(last) : t("no_messages") })),
        el("span", { class: "side" }, el("time", { text: time ?? "" }), chat.unread ? el("span", { class: "unread", text: chat.unread }) : null));
    }));
    if (focused?.startsWith("chat-")) this.node.querySelector(`[data-testid="${focused}"]`)?.focus({ preventScroll: true });
  }
}
