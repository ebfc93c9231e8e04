// The town drawn from its grid shapes: no tiles, no outside address.

import { svg } from "./dom.js";
import { t } from "./words.js";

const TINTS = ["#f3dfb2", "#d7e6cf", "#d3e2ea", "#ecd6cd", "#e2dcec", "#dfe3cc"];
const WIDE = 320;

const around = ({ latitude, longitude }) => [latitude - 0.004, longitude - 0.006, latitude + 0.004, longitude + 0.006];

// Degrees to picture units; a degree of longitude is shorter than one of latitude.
function projection(bounds, pin) {
  let [south, west, north, east] = bounds ?? around(pin);
  if (pin) {
    [south, north] = [Math.min(south, pin.latitude), Math.max(north, pin.latitude)];
    [west, east] = [Math.min(west, pin.longitude), Math.max(east, pin.longitude)];
  }
  const edge = Math.max(north - south, east - west, 0.002) * 0.06;
  [south, west, north, east] = [south - edge, west - edge, north + edge, east + edge];
  const scale = WIDE / (east - west);
  const stretch = 1 / Math.cos(((south + north) / 2) * (Math.PI / 180));
  const high = (north - south) * scale * stretch;
  return {
    high,
    to: (lat, lon) => [(lon - west) * scale, (north - lat) * scale * stretch],
    from: (x, y) => ({ latitude: north - y / (scale * stretch), longitude: west + x / scale }),
  };
}

// The centre of gravity of a ring of [x, y]: in an L it lies nearer the larger leg than the middle of its frame does.
function centre(points) {
  let [area, x, y] = [0, 0, 0];
  for (const [index, [toX, toY]] of points.entries()) {
    const [fromX, fromY] = points.at(index - 1);
    const part = fromX * toY - toX * fromY;
    area += part;
    x += (fromX + toX) * part;
    y += (fromY + toY) * part;
  }
  return [x / (3 * area), y / (3 * area)];
}

const pinAt = ([x, y]) =>
  svg("g", { class: "pin", transform: `translate(${x} ${y})` },
    svg("ellipse", { cx: 0, cy: 0, rx: 6, ry: 2.5, fill: "#00000040" }),
    svg("path", { d: "M0 0C-4-8-10-13-10-20a10 10 0 0 1 20 0c0 7-6 12-10 20z", fill: "#d9480f", stroke: "#fff" }),
    svg("circle", { cx: 0, cy: -20, r: 3.6, fill: "#fff" }));

export function drawMap(map, pin) {
  if (!map.bounds && !pin) return { picture: svg("svg", {}), from: () => null };
  const flat = projection(map.bounds, pin);
  const frame = { class: "map", viewBox: `0 0 ${WIDE} ${flat.high}`, role: "img", "aria-label": t("map") };
  const picture = svg("svg", frame);
  const shapes = map.shapes.map(({ name, ring }) => ({ name, points: ring.map(([lat, lon]) => flat.to(lat, lon)) }));
  for (const [index, { points }] of shapes.entries()) {
    const tint = TINTS[index % TINTS.length];
    picture.append(svg("polygon", { points: points.map((point) => point.join(",")).join(" "), fill: tint }));
  }
  for (const { name, points } of shapes) {
    const [x, y] = centre(points);
    picture.append(svg("text", { x, y, text: name }));
  }
  if (pin) picture.append(pinAt(flat.to(pin.latitude, pin.longitude)));
  return { picture, ...flat };
}

const within = (value, most) => Math.min(Math.max(value, 0), most);

const ARROWS = { ArrowLeft: [-6, 0], ArrowRight: [6, 0], ArrowUp: [0, -6], ArrowDown: [0, 6] };

// A map to tap, or to go over with the arrow keys and Enter; `choose` gets {latitude, longitude}.
export function pickMap(map, choose) {
  const fallback = { latitude: 34.27, longitude: 108.92 };
  const { picture, from, high } = drawMap(map, map.bounds ? undefined : fallback);
  picture.querySelector(".pin")?.remove();
  let spot = [WIDE / 2, high / 2];
  const put = (x, y) => {
    spot = [within(x, WIDE), within(y, high)];
    picture.querySelector(".pin")?.remove();
    picture.append(pinAt(spot));
  };
  const take = () => {
    const { latitude, longitude } = from(...spot);
    choose({ latitude: +latitude.toFixed(6), longitude: +longitude.toFixed(6) });
  };
  const hooks = { class: "map pick", tabindex: 0, role: "button", "aria-label": t("tap_map"), "data-testid": "map" };
  for (const [name, value] of Object.entries(hooks)) picture.setAttribute(name, value);
  picture.addEventListener("click", (event) => {
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse());
    put(x, y);
    take();
  });
  picture.addEventListener("keydown", (event) => {
    const step = ARROWS[event.key];
    if (!step && event.key !== "Enter") return;
    event.preventDefault();
    put(spot[0] + (step?.[0] ?? 0), spot[1] + (step?.[1] ?? 0));
    if (!step) take();
  });
  return picture;
}
