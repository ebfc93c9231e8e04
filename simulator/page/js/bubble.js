// One message, or one album, as a bubble.

import { button, colour, el, icon } from "./dom.js";
import { written } from "./entities.js";
import { keyboard } from "./keyboard.js";
import { drawMap } from "./map.js";
import { clockTime, t } from "./words.js";

// Films and voices are files here: nobody plays them.
const CLIPS = ["video", "voice", "video_note", "animation"];
const clipOf = (message) => CLIPS.find((kind) => message[kind]);

// A message in a few words: for quotes and the chat list.
export function summary(message) {
  const line = serviceLine(message);
  if (line !== null) return line;
  if (message.text) return message.text;
  const kind = clipOf(message) ? clipOf(message) : message.photo_url ? (message.document ? "file" : "photo")
    : message.document ? "file"
    : message.location ? (message.location.live_period ? "live" : "location")
    : message.contact ? "contact" : "other";
  if (message.sticker) return message.sticker.emoji;
  return [`[${t(kind)}]`, message.caption].filter(Boolean).join(" ");
}

// A tap meant for this part only, not for the bubble around it.
const alone = (act) => (event) => {
  event.stopPropagation();
  act();
};

const degrees = ({ latitude, longitude }) => `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;

const nameOf = (user) => user?.first_name ?? "";

export function serviceLine(message) {
  const names = (users) => users.map(nameOf).join("、");
  if (message.new_chat_members) return t("joined", { who: names(message.new_chat_members) });
  if (message.left_chat_member) return t("left", { who: nameOf(message.left_chat_member) });
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return t("migrated");
  if (message.group_chat_created || message.supergroup_chat_created) return t("created");
  if (message.pinned_message) return t("pinned");
  if (message.new_chat_title) return t("renamed", { title: message.new_chat_title });
  const said = ["text", "caption", "photo", "document", ...CLIPS, "location", "sticker", "contact", "venue"];
  return said.some((name) => message[name] !== undefined) ? null : t("service");
}

function quote(message, phone) {
  const original = message.reply_to_message;
  if (!original) return null;
  const known = phone.thread.message(original.message_id);
  const gone = !known && original.deleted;
  const jump = alone(() => phone.thread.jump(original.message_id));
  return button({ class: "quote", style: `--tint:${colour(original.from?.id ?? 0)}`, onclick: jump },
    known?.photo_url && el("img", { src: known.photo_url, alt: "" }),
    el("span", {},
      el("b", { text: nameOf(original.from) }),
      el("span", { text: gone ? t("deleted") : summary(known ?? original) })));
}

function picture(message, phone) {
  const enlarge = alone(() => phone.over.picture(message.photo_url, () => phone.composer.replyTo(message)));
  // Its measures are known before it is loaded: nothing below it jumps.
  const { width = 960, height = 1280 } = message.photo?.at(-1) ?? {};
  const label = { "data-message-id": message.message_id, "aria-label": t("enlarge") };
  return button({ class: "picture", ...label, onclick: enlarge },
    el("img", { src: message.photo_url, alt: message.caption ?? t("photo"), width, height }));
}

function place(message, phone) {
  const { location } = message;
  const { picture: drawn } = drawMap(phone.town.map, location);
  drawn.setAttribute("aria-label", t("pin", { place: degrees(location) }));
  const enlarge = alone(() => phone.over.large(drawMap(phone.town.map, location).picture, t("location")));
  return el("div", { class: "place" },
    button({ class: "picture", "aria-label": t("show_map"), onclick: enlarge }, drawn),
    el("div", { class: "caption" },
      el("b", { text: message.venue?.title ?? t(location.live_period ? "live" : "location") }),
      el("small", { text: message.venue?.address ?? degrees(location) })));
}

const clip = (message) => el("div", { class: "file" }, icon("file"), el("span", {}, t(clipOf(message) ?? "file")));

function contents(message, phone) {
  const { sticker, document, contact } = message;
  if (sticker) return [el("div", { class: "sticker", role: "img", "aria-label": t("sticker") }, sticker.emoji)];
  const parts = [];
  if (message.photo_url) parts.push(picture(message, phone));
  if (clipOf(message)) parts.push(clip(message));
  else if (document) parts.push(el("div", { class: "file" }, icon("file"), el("span", {}, document.file_name ?? t("file"))));
  if (message.location) parts.push(place(message, phone));
  if (contact) parts.push(el("div", { class: "file", text: `${contact.first_name} ${contact.phone_number}` }));
  if (message.text) parts.push(written(message.text, message.entities, phone));
  if (message.caption) parts.push(written(message.caption, message.caption_entities, phone));
  return parts;
}

function album(messages, said, phone) {
  return [
    el("div", { class: "album" }, messages.map((message) => (message.photo_url ? picture(message, phone) : clip(message)))),
    said.caption && written(said.caption, said.caption_entities, phone),
  ];
}

function reactions(message, phone) {
  const told = Object.entries(message.reactions ?? {}).filter(([, people]) => people.length);
  if (!told.length) return null;
  return el("div", { class: "reactions" }, told.map(([emoji, people]) => {
    const mine = people.includes(phone.person);
    const label = `${t("reaction")} ${emoji} ${people.length}`;
    const turn = alone(() => phone.react(message, mine ? "" : emoji));
    return button({ class: mine ? "mine" : "", "aria-pressed": String(mine), "aria-label": label, onclick: turn },
      emoji, people.length > 1 && el("span", { text: people.length }));
  }));
}

// messages: one, or the parts of one album, in their order.
export function bubble(messages, phone) {
  const [first] = messages;
  const said = messages.find((message) => message.caption) ?? first;
  const own = first.from?.id === phone.person;
  const bare = first.sticker && !first.reply_to_message;
  const actions = () => phone.actions(said, messages);
  const sheet = el("div", {
    class: ["bubble", bare ? "bare" : "", first.photo_url || first.location ? "wide" : ""].join(" "),
    "data-testid": "bubble", "data-message-id": first.message_id,
  },
  !own && first.chat?.type !== "private" && el("div", { class: "name", style: `color:${colour(first.from?.id ?? 0)}` },
    nameOf(first.from), first.from?.is_bot && el("small", { text: t("bot_chat") })),
  quote(first, phone),
  messages.length > 1 ? album(messages, said, phone) : contents(first, phone),
  el("div", { class: "foot" },
    reactions(first, phone),
    el("span", { class: "meta" },
      messages.some((message) => message.edited) && el("span", { text: t("edited") }),
      el("time", { datetime: new Date(first.date * 1000).toISOString(), text: clockTime(first.date) }),
      button({ class: "more", "data-testid": "more", "aria-label": t("more"), onclick: alone(actions) },
        icon("more")))));
  sheet.addEventListener("click", () => String(getSelection()) || actions()); // marking words is no tap
  return el("div", { class: `turn ${own ? "own" : "theirs"}` },
    el("div", { class: "stack" }, sheet, keyboard(first, phone)));
}
