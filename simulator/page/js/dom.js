// Elements from plain data. Text is always a text node: nothing people wrote is ever read as HTML.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "text") node.textContent = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const el = (tag, props, ...children) => fill(document.createElement(tag), props, children);

export const svg = (tag, props, ...children) => fill(document.createElementNS(SVG, tag), props, children);

export const button = (props, ...children) => el("button", { type: "button", ...props }, ...children);

const ICONS = {
  back: "M15 5l-7 7 7 7",
  down: "M6 9l6 6 6-6",
  close: "M6 6l12 12M18 6L6 18",
  send: "M4 12l16-8-6 16-3-6z",
  photo: "M4 7h3l2-2h6l2 2h3v12H4zM12 16a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7z",
  pin: "M12 21s7-6.500 7-12a7 7 0 0 0-14 0c0 5.500 7 12 7 12zM12 11.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z",
  slash: "M15 4L9 20",
  reply: "M10 6L4 12l6 6M4 12h10a6 6 0 0 1 6 6",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  check: "M5 12l5 5 9-10",
  file: "M7 3h7l5 5v13H7zM14 3v5h5",
};

export const icon = (name) =>
  svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: ICONS[name] }));

// One colour a person, always the same; each holds 4.5:1 on white and under white letters.
const COLOURS = ["#a8480a", "#1f6a8c", "#2f7046", "#8a3d7e", "#a13434", "#4b5aa8", "#7a5a00", "#0f716b"];

export const colour = (id) => COLOURS[Math.abs(id) % COLOURS.length];

export const avatar = (id, name) =>
  el("span", { class: "avatar", style: `background:${colour(id)}`, "aria-hidden": "true", text: [...name][0] ?? "?" });

// Groups have long names: their first two signs.
export const groupAvatar = (chat) =>
  el("span", { class: "avatar group", style: `--tint:${colour(chat.id)}`, "aria-hidden": "true" },
    [...chat.title].slice(0, 2).join(""));

// A name and, smaller, what there is to say about it.
export const names = (name, about = "") =>
  el("span", { class: "names" }, el("b", { text: name }), el("small", { text: about }));
