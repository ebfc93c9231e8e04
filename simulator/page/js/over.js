// What lies over a phone: a toast, a dialog, a sheet, a picture in full. One at a time but for the toast.

import { button, el, icon } from "./dom.js";
import { t } from "./words.js";

const SHOWN_MS = 5000;

export class Over {
  constructor() {
    this.toasts = el("div", { class: "toasts", role: "status", "aria-live": "polite" });
    this.layer = el("div", { class: "layer", hidden: true });
    this.layer.addEventListener("click", (event) => event.target === this.layer && this.close());
    this.layer.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    this.before = null;
  }

  toast(text) {
    const shown = el("div", { class: "toast", "data-testid": "toast", text });
    this.toasts.replaceChildren(shown);
    setTimeout(() => shown.remove(), SHOWN_MS);
  }

  // A dialog in the phone; the focus goes in and, when it closes, back to where it was.
  show(kind, label, ...children) {
    this.close();
    this.before = document.activeElement;
    const dialog = { role: "dialog", "aria-modal": "true", "aria-label": label, tabindex: "-1" };
    const box = el("div", { class: kind, ...dialog }, ...children);
    box.addEventListener("keydown", (event) => event.key === "Tab" && keepInside(box, event));
    this.layer.replaceChildren(box);
    this.layer.className = `layer under-${kind}`;
    this.layer.hidden = false;
    (box.querySelector("[data-first]") ?? box).focus();
    return box;
  }

  close() {
    if (this.layer.hidden) return;
    this.layer.hidden = true;
    this.layer.replaceChildren();
    this.before?.focus?.({ preventScroll: true });
  }

  leaveFor(act) {
    this.close();
    act();
  }

  alert(text) {
    this.show("alert", text,
      el("p", { "data-testid": "alert", text }),
      button({ class: "primary", "data-first": true, onclick: () => this.close(), text: t("ok") }));
  }

  picture(url, reply) {
    const away = { class: "glass", "data-first": true, "aria-label": t("close"), onclick: () => this.close() };
    const answer = { class: "glass", "data-testid": "reply", onclick: () => this.leaveFor(reply) };
    this.show("lightbox", t("photo"),
      el("img", { src: url, alt: t("photo") }),
      el("div", { class: "row" }, button(answer, icon("reply"), t("reply")), button(away, icon("close"))));
  }

  large(node, label) {
    const away = { class: "quiet", "data-first": true, onclick: () => this.close(), text: t("close") };
    this.show("card", label, node, button(away));
  }

  // rows: [{label, act, testid?, danger?}]
  menu(label, head, rows) {
    this.show("menu", label, head, rows.map(({ label, act, testid, danger }) =>
      button({ class: danger ? "danger" : "", "data-testid": testid, onclick: () => this.leaveFor(act) }, label)));
  }
}

function keepInside(box, event) {
  const stops = [...box.querySelectorAll("button, input, a[href], [tabindex='0']")].filter((stop) => !stop.disabled);
  if (!stops.length) return;
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  if (document.activeElement !== edge && document.activeElement !== box) return;
  event.preventDefault();
  (event.shiftKey ? stops.at(-1) : stops[0]).focus();
}
