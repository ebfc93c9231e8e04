// The chats a person sees on his phone, newest first.

import * as api from "./api.js";
import { serviceLine, summary } from "./bubble.js";
import { avatar, button, el, groupAvatar, names } from "./dom.js";
import { briefTime, t } from "./words.js";

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
    if (was !== null) this.focus(`chat-${was}`);
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
      const gist = last ? this.speaker(chat) + summary(last) : t("no_messages");
      const unread = chat.unread > 0 && el("span", { class: "unread", text: chat.unread });
      return button({ class: "chat", "data-testid": `chat-${chat.id}`, onclick: () => phone.open(chat.id) },
        chat.id > 0 ? avatar(phone.town.bot?.id ?? 0, chat.title) : groupAvatar(chat),
        names(chat.title, gist),
        el("span", { class: "side" }, el("time", { text: last ? briefTime(last.date) : "" }), unread));
    }));
    if (focused?.startsWith("chat-")) this.focus(focused);
  }

  speaker({ id, last }) {
    if (id > 0 || serviceLine(last) !== null) return "";
    const name = last.from?.id === this.phone.person ? t("you") : last.from?.first_name ?? "";
    return t("speaker", { name });
  }

  focus(testid) {
    this.node.querySelector(`[data-testid="${testid}"]`)?.focus({ preventScroll: true });
  }
}
