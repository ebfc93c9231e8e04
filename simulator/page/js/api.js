// The people's side of the simulator (docs/simulator.md).

import { t } from "./words.js";

// Its message is a sentence for the person.
export class Refusal extends Error {}

async function ask(path, request) {
  const response = await fetch(`/api/${path}`, request).catch(() => null);
  if (!response) throw new Refusal(t("offline"));
  const told = await response.json().catch(() => null);
  if (!response.ok || told === null) throw new Refusal(t("refused", { why: told?.description ?? response.status }));
  return told;
}

const get = (path, query = {}) => ask(`${path}?${new URLSearchParams(query)}`);

const post = (path, body) =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export const town = () => get("town");
export const chats = (person) => get("chats", { as: person });
export const messages = (person, chat, limit = 200) => get("messages", { as: person, chat, limit });
export const say = (person, chat, said) => post("messages", { as: person, chat, ...said });
export const edit = (person, chat, message_id, text) => post("edit", { as: person, chat, message_id, text });
export const move = (person, chat, message_id, location) => post("edit", { as: person, chat, message_id, location });
export const remove = (person, chat, message_id) => post("delete", { as: person, chat, message_id });
export const react = (person, chat, message_id, emoji) => post("react", { as: person, chat, message_id, emoji });
export const start = (person, payload) => post("start", { as: person, payload });

export async function upload(file) {
  const name = encodeURIComponent(file.name || "photo.jpg");
  const headers = { "Content-Type": "application/octet-stream", "X-File-Name": name };
  return (await ask("uploads", { method: "POST", headers, body: file })).upload;
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const PATIENCE = 20_000;

// Presses a button and waits for the bot's answer; null when it says nothing in time.
export async function press(person, chat, message_id, data) {
  const { callback_id } = await post("press", { as: person, chat, message_id, data });
  const until = performance.now() + PATIENCE;
  for (let wait = 80; performance.now() < until; wait = Math.min(wait * 1.4, 900)) {
    await pause(wait);
    const answer = await get(`presses/${callback_id}`);
    if (answer.answered) return answer;
  }
  return null;
}

// One stream for all phones: a browser keeps few connections to one host.
export function listen(hear, online) {
  const source = new EventSource("/api/events?as=*");
  source.onopen = () => online(true);
  source.onmessage = ({ data }) => hear(JSON.parse(data));
  source.onerror = () => {
    online(false);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(hear, online), 2000);
  };
}
