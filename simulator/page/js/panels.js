// What opens under the composer, as a keyboard would: photos, the map, the commands.

import { button, el, icon } from "./dom.js";
import { pickMap } from "./map.js";
import { t } from "./words.js";

const LIVE_SECONDS = 900;

export function photoPanel(composer) {
  const input = el("input", {
    type: "file", accept: "image/*,.heic,.heif,video/*,audio/*", multiple: true, class: "visually-hidden", tabindex: "-1",
    "aria-label": t("device"), "data-testid": "file",
  });
  input.addEventListener("change", () => {
    composer.addFiles(input.files);
    input.value = "";
  });
  const asFile = el("input", { type: "checkbox", "data-testid": "as-file" });
  asFile.checked = composer.asFile;
  asFile.addEventListener("change", () => (composer.asFile = asFile.checked));
  const shelf = composer.phone.town.samples.map((sample) => {
    const picked = composer.photos.some((photo) => photo.sample === sample.name);
    const hooks = { "data-testid": `sample-${sample.name}`, "data-sample": sample.name };
    const pick = () => composer.toggleSample(sample);
    return button({ class: "sample", ...hooks, "aria-pressed": String(picked), onclick: pick },
      el("img", { src: sample.url, alt: "", loading: "lazy", width: 96, height: 128 }),
      el("span", { text: sample.title }),
      el("i", { class: "tick", "aria-hidden": "true" }, icon("check")));
  });
  return el("div", { class: "photo-panel" },
    el("div", { class: "row" },
      button({ class: "quiet", onclick: () => input.click() }, icon("photo"), t("device")), input,
      el("label", { class: "switch" }, asFile, t("as_file"))),
    shelf.length && el("h2", { text: t("shelf") }),
    el("div", { class: "shelf" }, shelf));
}

export function placePanel(composer) {
  let chosen = null;
  const live = el("input", { type: "checkbox", "data-testid": "live" });
  const send = button({ class: "primary", disabled: true, "data-testid": "send-place", text: t("send_place") });
  send.addEventListener("click", () =>
    composer.sendPlace({ ...chosen, ...(live.checked && { live_period: LIVE_SECONDS }) }));
  const map = pickMap(composer.phone.town.map, (place) => {
    chosen = place;
    send.disabled = false;
    hint.textContent = `${place.latitude.toFixed(5)}, ${place.longitude.toFixed(5)}`;
  });
  const hint = el("p", { class: "hint", role: "status", text: t("tap_map") });
  return el("div", { class: "place-panel" }, hint, map,
    el("div", { class: "row" }, el("label", { class: "switch" }, live, t("live_box")), send));
}

export function commandPanel(composer) {
  const { commands } = composer.phone.view;
  return el("div", { class: "command-panel" }, commands.map(({ command, description }) =>
    button({ class: "command-row", "data-testid": `command-${command}`, onclick: () => composer.put(`/${command} `) },
      el("b", { text: `/${command}` }), el("span", { text: description }))));
}
