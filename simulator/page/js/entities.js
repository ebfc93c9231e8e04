// A message's text with its marks. Offsets are UTF-16 units, as in a JavaScript string.

import { button, el } from "./dom.js";

const PLAIN = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};
const LINKS = /^(https?:|tg:)\/\//i;
const PERSON = /^tg:\/\/user\?id=\d+$/i; // a mention by another name

function link(address, children, phone) {
  const open = (event) => {
    event.preventDefault();
    event.stopPropagation();
    phone.follow(address);
  };
  return el("a", { href: address, rel: "noopener noreferrer", target: "_blank", onclick: open }, children);
}

function marked(entity, text, children, phone) {
  const words = text.slice(entity.offset, entity.offset + entity.length);
  if (entity.type in PLAIN) return el(PLAIN[entity.type], {}, children);
  switch (entity.type) {
    case "text_link":
      if (PERSON.test(entity.url)) return el("span", { class: "mark" }, children);
      return LINKS.test(entity.url) ? link(entity.url, children, phone) : el("span", {}, children);
    case "url":
      return link(LINKS.test(words) ? words : `https://${words}`, children, phone);
    case "bot_command":
      return el("a", { href: "#", class: "command", onclick: (event) => {
        event.preventDefault();
        event.stopPropagation();
        phone.sayCommand(words);
      } }, children);
    case "mention": case "text_mention": case "hashtag": case "cashtag": case "email": case "phone_number":
      return el("span", { class: "mark" }, children);
    case "spoiler": {
      const hidden = button({ class: "spoiler" }, children);
      hidden.addEventListener("click", () => hidden.classList.add("shown"));
      return hidden;
    }
    default:
      return el("span", {}, children);
  }
}

function between(text, from, to, entities, phone) {
  const parts = [];
  let at = from;
  let rest = entities;
  while (rest.length) {
    const [first, ...others] = rest;
    const end = Math.min(first.offset + first.length, to);
    if (first.offset > at) parts.push(text.slice(at, first.offset));
    const inner = others.filter((other) => other.offset < end);
    parts.push(marked(first, text, between(text, first.offset, end, inner, phone), phone));
    at = end;
    rest = others.filter((other) => other.offset >= end);
  }
  if (at < to) parts.push(text.slice(at, to));
  return parts;
}

export function written(text, entities, phone) {
  const sorted = [...(entities ?? [])]
    .filter((entity) => entity.length > 0 && entity.offset < text.length)
    .sort((a, b) => a.offset - b.offset || b.length - a.length);
  return el("div", { class: "text", dir: "auto" }, between(text, 0, text.length, sorted, phone));
}
