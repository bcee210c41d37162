// Rounds and homes on the map, filters over map and tables, the timetable of a chosen round.
const data = JSON.parse(document.getElementById("map-data").textContent);
const map = new CareMap(document.getElementById("map-frame"), data);
const byId = (id) => document.getElementById(id);
const homes = data.homes.map((text) => map.point(text));
const lines = data.legs.map((text) => unpack(text));
const partOf = { new: 0, extended: 1, live: 2 };

function legPath(numbers) {
  const path = new Path2D();
  for (const n of numbers) {
    const at = lines[n];
    path.moveTo(at[0] * map.squeeze, -at[1]);
    for (let i = 2; i < at.length; i += 2) path.lineTo(at[i] * map.squeeze, -at[i + 1]);
  }
  return path;
}

const rounds = data.rounds.map((one, i) => ({
  ...one, colour: COLOURS[i % COLOURS.length], path: legPath([...new Set(one.days.flatMap((day) => day.legs))]),
  stops: [...new Set(one.days.flatMap((day) => day.stops))], element: byId(one.id), visible: true,
}));
const waiting = data.waiting.map((one) => ({ ...one, point: map.point(one.at), element: byId(one.id), visible: true }));
let chosen = null, chosenDay = 0, under = [];

function diamond(c, x, y, r) { c.beginPath(); c.moveTo(x, y - r); c.lineTo(x + r, y); c.lineTo(x, y + r); c.lineTo(x - r, y); c.closePath(); }

map.layers.over.push((c) => {
  const shown = rounds.filter((one) => one.visible && one !== chosen);
  c.globalAlpha = chosen ? 0.16 : 1;
  const big = Math.max(0.75, Math.min(map.scale / 0.12, 1.3));
  for (const kind of ["live", "extended", "new"]) {
    for (const one of shown) {
      if (one.kind !== kind) continue;
      if (kind === "live") map.stroke(one.path, one.colour, 1.6 * big, [5, 4]);
      if (kind === "extended") { map.stroke(one.path, "#ffffff", 5 * big); map.stroke(one.path, one.colour, 3 * big); }
      if (kind === "new") { map.stroke(one.path, INK, 5.6 * big); map.stroke(one.path, one.colour, 3.6 * big); }
    }
  }
  map.flat();
  c.setLineDash([]);
  for (const one of shown) {
    const fresh = new Set(one.fresh);
    c.lineWidth = 1;
    for (const stop of one.stops) {
      if (fresh.has(stop)) continue;
      const [x, y] = map.screen(homes[stop]);
      c.fillStyle = one.colour; c.strokeStyle = "#fff";
      c.beginPath(); c.arc(x, y, 2.6 * big, 0, 7); c.fill(); c.stroke();
    }
  }
  for (const one of shown) {
    for (const stop of one.fresh) {
      const [x, y] = map.screen(homes[stop]);
      diamond(c, x, y, 6 * big); c.fillStyle = "#fff"; c.fill(); c.lineWidth = 2.2; c.strokeStyle = INK; c.stroke();
    }
  }
  c.globalAlpha = 1;
  if (chosen && chosen.path) drawChosen(c);
  for (const one of waiting) {
    if (!one.visible && one !== chosen) continue;
    c.globalAlpha = chosen && chosen !== one && chosen.path ? 0.35 : 1;
    const [x, y] = map.screen(one.point), r = one === chosen ? 14 : 9;
    c.beginPath(); c.moveTo(x, y - r); c.lineTo(x + r * 0.95, y + r * 0.7); c.lineTo(x - r * 0.95, y + r * 0.7); c.closePath();
    c.fillStyle = "#d4351c"; c.strokeStyle = one === chosen ? INK : "#fff"; c.lineWidth = 2.5; c.stroke(); c.fill();
    c.fillStyle = "#fff"; c.fillRect(x - 1, y - r * 0.42, 2, r * 0.55); c.fillRect(x - 1, y + r * 0.3, 2, 2);
  }
  c.globalAlpha = 1;
});

// Neighbours' numbers stand beside each other, not on top of each other.
function freePlace(taken, x, y, half) {
  const tries = [[0, 0], [0, -27], [0, 27], [2 * half + 4, 0], [-2 * half - 4, 0], [2 * half + 4, -27], [-2 * half - 4, 27], [0, -54], [0, 54]];
  const free = ([dx, dy]) => taken.every((one) => Math.abs(one[0] - x - dx) > one[2] + half + 2 || Math.abs(one[1] - y - dy) > 24);
  const [dx, dy] = tries.find(free) || tries[0];
  taken.push([x + dx, y + dy, half]);
  return [x + dx, y + dy];
}

function drawChosen(c) {
  const day = chosen.days[chosenDay] || chosen.days[0];
  map.world();
  const path = legPath(day.legs);
  map.stroke(path, "#ffffff", 10); map.stroke(path, INK, 7);
  map.stroke(path, chosen.colour, 4.4, chosen.kind === "live" ? [9, 5] : []);
  map.flat();
  c.setLineDash([]);
  const fresh = new Set(chosen.fresh), numbers = new Map();
  day.stops.forEach((stop, i) => numbers.set(stop, [...(numbers.get(stop) || []), i + 1]));
  c.textAlign = "center"; c.textBaseline = "middle"; c.font = "700 13px Arial, Helvetica, sans-serif";
  const taken = [];
  for (const [stop, list] of numbers) {
    const [doorX, doorY] = map.screen(homes[stop]), text = list.join(", "), half = Math.max(11, c.measureText(text).width / 2 + 6);
    const [x, y] = freePlace(taken, doorX, doorY, half);
    if (x !== doorX || y !== doorY) { c.beginPath(); c.moveTo(doorX, doorY); c.lineTo(x, y); c.lineWidth = 2; c.strokeStyle = INK; c.stroke(); }
    c.beginPath();
    if (fresh.has(stop)) c.rect(x - half, y - 11, 2 * half, 22); else c.roundRect(x - half, y - 11, 2 * half, 22, 11);
    c.fillStyle = fresh.has(stop) ? INK : "#fff"; c.fill(); c.lineWidth = 2.5; c.strokeStyle = INK; c.stroke();
    c.fillStyle = fresh.has(stop) ? "#fff" : INK; c.fillText(text, x, y + 0.5);
  }
}

function found(at) {
  const near = waiting.filter((one) => { const [x, y] = map.screen(one.point); return one.visible && Math.hypot(x - at[0], y - at[1]) < 13; });
  const along = rounds.filter((one) => one.visible && (map.hits(one.path, at, 14) ||
    one.stops.some((stop) => { const [x, y] = map.screen(homes[stop]); return Math.hypot(x - at[0], y - at[1]) < 9; })));
  along.sort((a, b) => partOf[a.kind] - partOf[b.kind]);
  return [...near, ...along];
}
map.layers.isOver = (at) => found(at).length > 0;
map.layers.click = (at) => {
  const here = found(at);
  if (!here.length) { under = []; choose(null); return; }
  const again = here.indexOf(chosen);
  under = here;
  choose(here[(again + 1) % here.length]);
};

function choose(one, look) {
  chosen = one; chosenDay = 0;
  const body = byId("panel-body"), days = byId("panel-days"), more = byId("panel-more");
  byId("choose").value = one ? one.id : "";
  more.hidden = under.length < 2 || !one;
  if (!more.hidden) byId("panel-here").textContent = `${under.indexOf(one) + 1} of ${under.length} at this place.`;
  days.hidden = !one || !one.path || one.days.length < 2;
  byId("panel-day").replaceChildren(...(one && one.path ? one.days : []).map((day, i) => new Option(day.label, i)));
  body.replaceChildren();
  byId("panel-title").textContent = !one ? "Timetable" : one.path ? `Timetable of ${one.name}` : `Still waiting: ${one.name}`;
  if (one) {
    const copy = one.element.querySelector(".round-body").cloneNode(true);
    copy.className = "";
    body.append(...copy.childNodes);
  } else {
    const hint = document.createElement("p");
    hint.textContent = "Choose a round to see when its carer leaves, arrives, starts and finishes, and its stops in order on the map.";
    body.append(hint);
  }
  if (look && one) map.show(one.path ? one.stops.map((stop) => homes[stop]) : [one.point], 90);
  map.redraw();
}

const fields = [...document.querySelectorAll("[data-filter]")];
const lists = [...document.querySelectorAll("[data-filtered]")].map((list) => {
  const items = [...(list.tBodies ? list.tBodies[0].rows : list.children)].filter((item) => item.dataset.text !== undefined);
  const button = document.createElement("button");
  button.type = "button"; button.className = "plain";
  const line = document.createElement("p");
  line.className = "more"; line.append(button);
  (list.closest(".scroll") || list).after(line);
  const one = { list, items, button, line, limit: Number(list.dataset.limit) };
  button.addEventListener("click", () => { one.limit = Infinity; filter(); });
  return one;
});

function fits(item, wanted) {
  return Object.entries(wanted).every(([name, value]) => {
    const held = item.dataset[name];
    if (name === "text") return held.includes(value);
    if (held === undefined) return true;
    const words = held.split("|");
    return (name === "kind" ? value.split(" ") : [value]).some((choice) => words.includes(choice));
  });
}

function filter() {
  const wanted = {};
  for (const field of fields) { const value = field.value.trim().toLowerCase(); if (value) wanted[field.dataset.filter] = field.dataset.filter === "text" ? value : field.value; }
  for (const one of lists) {
    const held = one.items.filter((item) => fits(item, wanted));
    const kept = new Set(held.slice(0, one.limit));
    for (const item of one.items) { item.hidden = !kept.has(item); item.toggleAttribute("data-beyond", held.includes(item) && !kept.has(item)); }
    one.line.hidden = held.length <= one.limit;
    one.button.textContent = `Show all ${held.length} ${one.list.dataset.name}`;
  }
  for (const one of [...rounds, ...waiting]) one.visible = fits(one.element, wanted);
  // People who wait belong to no shift or means of travel: a choice of rounds does not hide them.
  const some = rounds.filter((one) => one.visible), wait = waiting.filter((one) => one.visible);
  byId("choose").replaceChildren(new Option("No round chosen", ""),
    ...some.map((one) => new Option(`${one.name} (${{ new: "new", extended: "live, changed", live: "live" }[one.kind]})`, one.id)));
  byId("count").textContent = `Showing ${some.length} of ${rounds.length} rounds and ${wait.length} of ${waiting.length} people still waiting.`;
  if (chosen && !chosen.visible) choose(null); else byId("choose").value = chosen && chosen.path ? chosen.id : "";
  map.redraw();
}

function reveal(id) {
  const target = byId(id);
  if (!target || target.tagName !== "DETAILS") return;
  target.hidden = false; target.open = true;
}
for (const field of fields) field.addEventListener(field.tagName === "INPUT" ? "input" : "change", filter);
byId("filters").addEventListener("submit", (event) => event.preventDefault());
byId("filters").addEventListener("reset", () => setTimeout(filter));
byId("choose").addEventListener("change", (event) => { under = []; choose(rounds.find((one) => one.id === event.target.value) || null, true); });
byId("panel-day").addEventListener("change", (event) => { chosenDay = Number(event.target.value); map.redraw(); });
byId("panel-next").addEventListener("click", () => choose(under[(under.indexOf(chosen) + 1) % under.length]));
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-round]"), show = event.target.closest("[data-show]");
  if (link) reveal(link.dataset.round);
  if (show) {
    under = [];
    choose([...rounds, ...waiting].find((one) => one.id === show.dataset.show), true);
    byId("map").scrollIntoView({ block: "start" });
    byId("map-frame").focus({ preventScroll: true });
  }
});
window.addEventListener("hashchange", () => reveal(location.hash.slice(1)));
byId("filters").reset();
filter();
reveal(location.hash.slice(1));
