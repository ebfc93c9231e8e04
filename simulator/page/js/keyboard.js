// The buttons under a bot's message.

import * as api from "./api.js";
import { button, el } from "./dom.js";
import { t } from "./words.js";

async function press(node, message, data, phone) {
  if (node.getAttribute("aria-busy") === "true") return;
  node.setAttribute("aria-busy", "true");
  const { person } = phone;
  try {
    const answer = await api.press(person, message.chat.id, message.message_id, data);
    if (phone.person !== person) return;
    if (answer === null) phone.over.toast(t("slow"));
    else if (answer.url) phone.follow(answer.url);
    else if (answer.show_alert && answer.text) phone.over.alert(answer.text);
    else if (answer.text) phone.over.toast(answer.text);
  } catch (refusal) {
    phone.over.toast(refusal.message);
  } finally {
    node.removeAttribute("aria-busy");
  }
}

function key(one, message, phone) {
  const act = (event) => {
    event.stopPropagation();
    if (one.url) phone.follow(one.url);
    else if (one.callback_data !== undefined) press(event.currentTarget, message, one.callback_data, phone);
    else if (one.copy_text) phone.copy(one.copy_text.text);
  };
  return button({ class: "key", "data-testid": "button", title: one.url && t("opens"), onclick: act },
    el("span", { text: one.text }), one.url && el("span", { class: "corner", "aria-hidden": "true", text: "↗" }));
}

export function keyboard(message, phone) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  const drawn = rows.map((row) => el("div", { class: "row" }, row.map((one) => key(one, message, phone))));
  return el("div", { class: "keys" }, drawn);
}
