// The town drawn from its grid shapes: no tiles, no outside address.

import { svg } from "./dom.js";
import { t } from "./words.js";

const TINTS = ["#f3dfb2", "#d7e6cf", "#d3e2ea", "#ecd6cd", "#e2dcec", "#dfe3cc"];
const WIDE = 320;

// Degrees to picture units; a degree of longitude is shorter than one of latitude.
function projection(bounds, pin) {
  let [south, west, north, east] = bounds ?? [pin.latitude - 0.004, pin.longitude - 0.006, pin.latitude + 0.004, pin.longitude + 0.006];
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

const middle = (points) => {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
};

const pinAt = ([x, y]) =>
  svg("g", { class: "pin", transform: `translate(${x} ${y})` },
    svg("ellipse", { cx: 0, cy: 0, rx: 6, ry: 2.5, fill: "#00000040" }),
    svg("path", { d: "M0 0C-4-8-10-13-10-20a10 10 0 0 1 20 0c0 7-6 12-10 20z", fill: "#d9480f", stroke: "#fff", "stroke-width": 1.5 }),
    svg("circle", { cx: 0, cy: -20, r: 3.6, fill: "#fff" }));

export function drawMap(map, pin) {
  if (!map.bounds && !pin) return { picture: svg("svg", {}), from: () => null };
  const flat = projection(map.bounds, pin);
  const picture = svg("svg", { class: "map", viewBox: `0 0 ${WIDE} ${flat.high}`, role: "img", "aria-label": t("map", { place: "" }) },
    svg("rect", { width: WIDE, height: flat.high, fill: "#f0ece3" }));
  for (const [index, shape] of map.shapes.entries()) {
    const points = shape.ring.map(([lat, lon]) => flat.to(lat, lon));
    const [x, y] = middle(points);
    picture.append(
      svg("polygon", { points: points.map((point) => point.join(",")).join(" "), fill: TINTS[index % TINTS.length], stroke: "#fff", "stroke-width": 3, "stroke-linejoin": "round" }),
      svg("text", { x, y, "text-anchor": "middle", "dominant-baseline": "middle", text: shape.name }));
  }
  if (pin) picture.append(pinAt(flat.to(pin.latitude, pin.longitude)));
  return { picture, from: flat.from, to: flat.to };
}

// A map to tap; `choose` gets {latitude, longitude}.
export function pickMap(map, choose) {
  const fallback = { latitude: 34.27, longitude: 108.92 };
  const { picture, from, to } = drawMap(map, map.bounds ? undefined : fallback);
  picture.querySelector(".pin")?.remove();
  const put = (place) => {
    picture.querySelector(".pin")?.remove();
    picture.append(pinAt(to(place.latitude, place.longitude)));
    choose({ latitude: +place.latitude.toFixed(6), longitude: +place.longitude.toFixed(6) });
  };
  picture.setAttribute("data-testid", "map");
  picture.classList.add("pick");
  picture.addEventListener("click", (event) => {
    const spot = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse());
    put(from(spot.x, spot.y));
  });
  return picture;
}
