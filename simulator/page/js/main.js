// The page: the town is asked for once, then each phone lives on its own.

import * as api from "./api.js";
import { el } from "./dom.js";
import { Phone } from "./phone.js";
import { casting } from "./roles.js";
import { language, switchLanguage, t } from "./words.js";

const WIDE = [[1120, 3], [740, 2], [0, 1]]; // pixels of width, phones side by side
const EMPTY_AGAIN_MS = 2000;
const KEPT = "phones";

function chrome() {
  document.documentElement.lang = language === "en" ? "en" : "zh-CN";
  document.title = t("title");
  document.getElementById("title").textContent = t("title");
  const other = document.getElementById("language");
  other.textContent = t("language");
  other.addEventListener("click", switchLanguage);
}

function townFrom(told) {
  const people = new Map(told.people.map((person) => [person.id, person]));
  const unknown = { first_name: "?", note: "" };
  return {
    people: told.people, chats: told.chats, bot: told.bot, map: told.sandbox.map, samples: told.sandbox.samples,
    person: (id) => people.get(id) ?? unknown,
  };
}

async function inhabited(room) {
  for (;;) {
    const told = await api.town().catch(() => null);
    if (told?.people.length) return townFrom(told);
    room.replaceChildren(el("p", { class: "hint", text: t(told ? "empty_town" : "offline") }));
    await new Promise((done) => setTimeout(done, EMPTY_AGAIN_MS));
  }
}

function fit(room, phones, make) {
  const [, wanted] = WIDE.find(([width]) => innerWidth >= width);
  while (phones.length < wanted) {
    const phone = make(phones.length);
    phones.push(phone);
    room.append(phone.node);
  }
  for (const [index, phone] of phones.entries()) phone.node.hidden = index >= wanted; // and is as it was when it comes back
}

// Who held each phone before the page was loaded again: [{person, chat, touched}].
function lastTime(town) {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
  return kept.map((one) => (town.people.some(({ id }) => id === one.person) ? one : undefined));
}

async function main() {
  chrome();
  const room = document.getElementById("phones");
  const town = await inhabited(room);
  const casts = casting(town);
  const left = lastTime(town);
  const phones = [];
  const make = (index) => {
    const phone = new Phone(index + 1, town, casts[index]);
    phone.begin(left[index] ?? casts[index][0]);
    return phone;
  };
  const begin = () => {
    room.replaceChildren();
    fit(room, phones, make);
    addEventListener("resize", () => fit(room, phones, make));
    addEventListener("pagehide", () => {
      sessionStorage.setItem(KEPT, JSON.stringify(phones.map((phone) => phone.kept())));
    });
  };
  const line = document.getElementById("line");
  api.listen(
    (event) => phones.forEach((phone) => phone.hear(event)),
    (online) => {
      line.textContent = online ? "" : t("offline");
      // The phones open when the stream is: what happens in between is not missed.
      if (online && phones.length) phones.forEach((phone) => phone.reload());
      else if (online) begin();
    },
  );
}

main();
