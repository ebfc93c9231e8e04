// Choosing who holds a phone.

import { avatar, button, el, names } from "./dom.js";
import { t } from "./words.js";

function row(person, phone) {
  const chosen = String(person.id === phone.person);
  const choose = () => phone.over.leaveFor(() => phone.hold(person.id));
  return button({ class: "person", "data-testid": `person-${person.id}`, "aria-current": chosen, onclick: choose },
    avatar(person.id, person.first_name), names(person.first_name, person.note));
}

export function choosePerson(phone) {
  const rows = phone.town.people.map((person) => ({
    node: row(person, phone),
    words: [person.first_name, person.note, person.username].join(" ").toLowerCase(),
  }));
  const nobody = el("p", { class: "hint", hidden: true, text: t("nobody") });
  // With a finger, the keyboard would come up and cover the people.
  const search = el("input", {
    type: "search", class: "search", placeholder: t("search"), "aria-label": t("search"),
    "data-first": matchMedia("(pointer: fine)").matches,
  });
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    for (const { node, words } of rows) node.hidden = !words.includes(wanted);
    nobody.hidden = rows.some(({ node }) => !node.hidden);
  });
  const people = el("div", { class: "people" }, rows.map(({ node }) => node), nobody);
  phone.over.show("sheet", t("choose"), el("h2", { text: t("choose") }), search, people);
  people.querySelector("[aria-current=true]")?.scrollIntoView({ block: "center" });
}
