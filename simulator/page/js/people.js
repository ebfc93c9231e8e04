// Choosing who holds a phone.

import { avatar, button, el } from "./dom.js";
import { t } from "./words.js";

export function choosePerson(phone) {
  const rows = phone.town.people.map((person) => {
    const row = button({ class: "person", "data-testid": `person-${person.id}`, "aria-current": String(person.id === phone.person), onclick: () => {
      phone.over.close();
      phone.hold(person.id);
    } },
    avatar(person.id, person.first_name), el("span", { class: "names" }, el("b", { text: person.first_name }), el("small", { text: person.note ?? "" })));
    return { row, words: `${person.first_name} ${person.note ?? ""} ${person.username ?? ""}`.toLowerCase() };
  });
  const nobody = el("p", { class: "hint", hidden: true, text: t("nobody") });
  const search = el("input", { type: "search", class: "search", placeholder: t("search"), "aria-label": t("search"), autofocus: matchMedia("(pointer: fine)").matches });
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    for (const { row, words } of rows) row.hidden = !words.includes(wanted);
    nobody.hidden = rows.some(({ row }) => !row.hidden);
  });
  const box = phone.over.show("sheet", t("choose"), el("h2", { text: t("choose") }), search, el("div", { class: "people" }, rows.map(({ row }) => row), nobody));
  box.querySelector("[aria-current=true]")?.scrollIntoView({ block: "center" });
}
