// Areas shaded by a published number; hidden ones hatched.
const data = JSON.parse(document.getElementById("map-data").textContent);
const map = new CareMap(document.getElementById("map-frame"), data);
const SHADES = [[0, "#f4f3ef", "None"], [5, "#d3e1ee", "5 to 9"], [10, "#9dbfdd", "10 to 19"], [20, "#5c93c2", "20 to 39"], [40, "#2a659a", "40 and more"]];
const areas = data.areas.map((area) => ({ ...area, path: map.path(area.rings.flat(), true) }));
const zoneNames = Object.fromEntries(data.zones.map((zone) => [zone.ref, zone.name]));
const shade = (value) => SHADES.filter((step) => value >= step[0]).pop()[1];
let chosen = null;

function hatch(context, scale) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8 * scale;
  const c = tile.getContext("2d");
  c.fillStyle = "#fbfaf7"; c.fillRect(0, 0, tile.width, tile.height);
  c.strokeStyle = "#a9afb3"; c.lineWidth = 1.4 * scale;
  for (const x of [-8, 0, 8]) { c.beginPath(); c.moveTo(x * scale, 8 * scale); c.lineTo((x + 8) * scale, 0); c.stroke(); }
  return context.createPattern(tile, "repeat");
}

map.layers.under = (c) => {
  const pattern = hatch(c, map.ratio);
  // The hatching stays as it is on the screen, whatever the zoom.
  pattern.setTransform(new DOMMatrix().scale(1 / (map.scale * map.ratio)));
  for (const area of areas) { c.fillStyle = area.value === null ? pattern : shade(area.value); c.fill(area.path, "evenodd"); }
};
map.layers.over.push(() => {
  for (const area of areas) map.stroke(area.path, "rgba(80,90,95,.35)", 0.8);
  if (chosen) map.stroke(chosen.path, "#0b0c0c", 3.5);
});
// On a small screen the names alone have room until one zooms in.
map.layers.zoneLines = (ref) => (map.width > 600 || map.scale > 3 * map.least ? data.zoneLines[ref] || [] : []);
map.layers.isOver = (at) => areas.some((area) => map.inside(area.path, at));
map.layers.click = (at) => {
  chosen = areas.find((area) => map.inside(area.path, at)) || null;
  document.getElementById("area-here").textContent = !chosen ? "No area chosen." :
    `${chosen.name}${chosen.zone ? `, zone ${zoneNames[chosen.zone]}` : ""}: ${chosen.value === null ? "number hidden" : `${chosen.value} people with care or waiting`}.`;
  map.redraw();
};

const legend = document.getElementById("shades");
for (const [, colour, label] of SHADES) {
  const item = document.createElement("li"), box = document.createElement("i");
  box.style.background = colour;
  item.append(box, label);
  legend.append(item);
}
const item = document.createElement("li"), box = document.createElement("i");
box.style.background = "repeating-linear-gradient(-45deg,#fbfaf7 0 4px,#a9afb3 4px 5.5px)";
item.append(box, "Hidden");
legend.append(item);
map.redraw();
