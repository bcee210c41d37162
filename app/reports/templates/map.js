// The map: one canvas, drawn from the page's own data. World units are hundred-thousandths of a degree, north up.
const COLOURS = ["#1d70b8", "#b8420e", "#00703c", "#912b88", "#0a6b80", "#7a4a12", "#4c2c92", "#b0175b"];
const INK = "#0b0c0c";
const STREETS = {
  path: { colour: "#cfd2d3", width: 0.7, least: 0.32 },
  lane: { colour: "#d5d8d9", width: 1.6, least: 0.25 },
  street: { colour: "#ffffff", edge: "#c3c7c9", width: 2.4, least: 0 },
  through: { colour: "#ffffff", edge: "#b3b8ba", width: 3.2, least: 0 },
  main: { colour: "#fbe7b5", edge: "#a8a189", width: 4.4, least: 0 },
};

function unpack(text) {
  const numbers = [];
  let value = 0, shift = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i) - 63;
    value |= (code & 31) << shift;
    shift += 5;
    if (code < 32) {
      numbers.push(value & 1 ? ~(value >> 1) : value >> 1);
      value = 0; shift = 0;
    }
  }
  for (let i = 2; i < numbers.length; i++) numbers[i] += numbers[i - 2];
  return numbers;
}

class CareMap {
  constructor(frame, data) {
    this.frame = frame;
    this.canvas = frame.querySelector("canvas");
    this.context = this.canvas.getContext("2d");
    this.data = data;
    this.squeeze = Math.cos(((data.origin[1] + data.size[1] * 0.5e-5) * Math.PI) / 180);
    this.layers = { over: [], click: () => {} };
    this.streets = Object.fromEntries(Object.entries(data.streets).map(([name, lines]) => [name, this.path(lines)]));
    this.ground = Object.fromEntries(
      Object.entries(data.ground).map(([name, parts]) => [name, this.path(parts.flat())]));
    this.zones = data.zones.map((zone) => ({
      ref: zone.ref, name: zone.name, path: this.path(zone.rings.flat(), true), label: this.point(zone.label) }));
    this.land = this.path(data.zones.flatMap((zone) => zone.rings.flat()), true);
    this.listen();
    new ResizeObserver(() => this.resize()).observe(frame);
    this.resize();
  }

  point(text) { const [x, y] = unpack(text); return [x * this.squeeze, -y]; }

  path(lines, closed) {
    const path = new Path2D();
    for (const line of lines) {
      const at = unpack(line);
      path.moveTo(at[0] * this.squeeze, -at[1]);
      for (let i = 2; i < at.length; i += 2) path.lineTo(at[i] * this.squeeze, -at[i + 1]);
      if (closed) path.closePath();
    }
    return path;
  }

  resize() {
    const ratio = window.devicePixelRatio || 1;
    const width = this.frame.clientWidth, height = this.frame.clientHeight;
    if (!width || !height) return;
    this.ratio = ratio;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    const first = !this.width;
    this.width = width; this.height = height;
    if (first || this.whole) this.all(); else this.redraw();
  }

  all() {
    const [w, h] = this.data.size;
    this.show([[0, 0], [w * this.squeeze, -h]], 18);
    this.whole = true;
    this.least = this.scale * 0.5;
  }

  show(points, margin = 60) {
    const xs = points.map((p) => p[0]), ys = points.map((p) => p[1]);
    const x0 = Math.min(...xs), x1 = Math.max(...xs), y0 = Math.min(...ys), y1 = Math.max(...ys);
    const fit = Math.min((this.width - 2 * margin) / Math.max(x1 - x0, 1), (this.height - 2 * margin) / Math.max(y1 - y0, 1));
    this.scale = Math.min(fit, 0.8);
    this.x = this.width / 2 - ((x0 + x1) / 2) * this.scale;
    this.y = this.height / 2 - ((y0 + y1) / 2) * this.scale;
    this.whole = false;
    this.redraw();
  }

  zoom(by, at = [this.width / 2, this.height / 2]) {
    const scale = Math.max(this.least || 0, Math.min(this.scale * by, 3));
    this.x = at[0] - ((at[0] - this.x) * scale) / this.scale;
    this.y = at[1] - ((at[1] - this.y) * scale) / this.scale;
    this.scale = scale;
    this.whole = false;
    this.redraw();
  }

  move(dx, dy) { this.x += dx; this.y += dy; this.whole = false; this.redraw(); }

  screen(p) { return [p[0] * this.scale + this.x, p[1] * this.scale + this.y]; }

  world() { const s = this.scale * this.ratio; this.context.setTransform(s, 0, 0, s, this.x * this.ratio, this.y * this.ratio); }

  flat() { this.context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0); }

  stroke(path, colour, pixels, dash = []) {
    const c = this.context;
    c.strokeStyle = colour;
    c.lineWidth = pixels / this.scale;
    c.setLineDash(dash.map((d) => d / this.scale));
    c.stroke(path);
  }

  redraw() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => { this.pending = false; this.draw(); });
  }

  draw() {
    const c = this.context;
    this.flat();
    c.fillStyle = "#e4e6e6";
    c.fillRect(0, 0, this.width, this.height);
    this.world();
    c.lineJoin = c.lineCap = "round";
    c.fillStyle = "#f4f3ef"; c.fill(this.land);
    const ground = this.ground;
    if (ground.green) { c.fillStyle = "#dcead2"; c.fill(ground.green, "evenodd"); }
    if (this.layers.under) this.layers.under(c);
    if (ground.water) { c.fillStyle = "#bcd8e6"; c.fill(ground.water, "evenodd"); }
    if (ground.river) this.stroke(ground.river, "#bcd8e6", Math.max(3, this.scale * 30));
    this.drawStreets();
    if (ground.rail) { this.stroke(ground.rail, "#8d9396", 3); c.lineCap = "butt"; this.stroke(ground.rail, "#ffffff", 1.6, [7, 7]); c.lineCap = "round"; }
    for (const zone of this.zones) this.stroke(zone.path, "#505a5f", 1.8, [9, 5, 2, 5]);
    for (const layer of this.layers.over) layer(c);
    this.flat();
    c.setLineDash([]);
    this.drawLabels();
    this.drawScale();
  }

  drawStreets() {
    const grow = Math.max(0.42, Math.min(this.scale / 0.16, 2.6));
    for (const edges of [true, false]) {
      for (const [name, style] of Object.entries(STREETS)) {
        const path = this.streets[name];
        if (!path || this.scale < style.least) continue;
        const width = Math.max(style.width * grow, 0.6);
        if (edges) { if (style.edge) this.stroke(path, style.edge, width + 1); }
        else this.stroke(path, style.colour, width);
      }
    }
  }

  drawLabels() {
    const c = this.context;
    c.font = "700 15px Arial, Helvetica, sans-serif";
    c.textAlign = "center"; c.textBaseline = "middle";
    for (const zone of this.zones) {
      const [x, y] = this.screen(zone.label);
      const lines = [zone.name, ...(this.layers.zoneLines ? this.layers.zoneLines(zone.ref) : [])];
      lines.forEach((line, i) => this.haloed(line, x, y + (i - (lines.length - 1) / 2) * 18));
    }
  }

  haloed(text, x, y, colour = "#2b3135") {
    const c = this.context;
    c.lineJoin = "round"; c.strokeStyle = "rgba(255,255,255,.92)"; c.lineWidth = 5; c.strokeText(text, x, y);
    c.fillStyle = colour; c.fillText(text, x, y);
  }

  drawScale() {
    const metre = this.scale / 1.11195; // a hundred-thousandth of a degree north is 1.11195 m
    const choices = [20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000];
    const metres = choices.find((m) => m * metre >= 60) || 20000;
    const long = metres * metre, y = this.height - 14, x = 12, c = this.context;
    c.fillStyle = "rgba(255,255,255,.85)"; c.fillRect(x - 6, y - 24, long + 12, 34);
    c.strokeStyle = INK; c.lineWidth = 2; c.lineCap = "butt";
    c.beginPath(); c.moveTo(x, y - 5); c.lineTo(x, y); c.lineTo(x + long, y); c.lineTo(x + long, y - 5); c.stroke();
    c.fillStyle = INK; c.font = "13px Arial, Helvetica, sans-serif"; c.textAlign = "center"; c.textBaseline = "alphabetic";
    c.fillText(metres < 1000 ? `${metres} m` : `${metres / 1000} km`, x + long / 2, y - 8);
  }

  hits(path, at, pixels) {
    this.world();
    this.context.lineWidth = pixels / this.scale;
    this.context.setLineDash([]);
    return this.context.isPointInStroke(path, at[0] * this.ratio, at[1] * this.ratio);
  }

  inside(path, at) { this.world(); return this.context.isPointInPath(path, at[0] * this.ratio, at[1] * this.ratio); }

  listen() {
    const frame = this.frame, fingers = new Map();
    let moved = 0;
    const place = (event) => { const box = frame.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
    const spread = () => { const [a, b] = [...fingers.values()]; return Math.hypot(a[0] - b[0], a[1] - b[1]); };
    frame.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      frame.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, place(event));
      moved = 0;
    });
    frame.addEventListener("pointermove", (event) => {
      const now = place(event), before = fingers.get(event.pointerId);
      if (!before) { frame.classList.toggle("over", this.layers.isOver ? this.layers.isOver(now) : false); return; }
      if (fingers.size === 2) {
        const was = spread();
        fingers.set(event.pointerId, now);
        const [a, b] = [...fingers.values()];
        this.zoom(spread() / Math.max(was, 1), [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]);
        moved = 99;
      } else if (fingers.size === 1) {
        const dx = now[0] - before[0], dy = now[1] - before[1];
        moved += Math.hypot(dx, dy);
        fingers.set(event.pointerId, now);
        if (moved > 4) { frame.classList.add("moving"); this.move(dx, dy); }
      }
    });
    const up = (event) => {
      const was = fingers.delete(event.pointerId);
      frame.classList.remove("moving");
      if (was && event.type === "pointerup" && moved <= 4 && !fingers.size) this.layers.click(place(event));
    };
    frame.addEventListener("pointerup", up);
    frame.addEventListener("pointercancel", up);
    frame.addEventListener("wheel", (event) => {
      // A page that is scrolled past the map must not get caught in it.
      if (!event.ctrlKey && document.activeElement !== frame) return;
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY * 0.0016), place(event));
    }, { passive: false });
    frame.addEventListener("keydown", (event) => {
      const step = 60;
      const keys = {
        ArrowLeft: () => this.move(step, 0), ArrowRight: () => this.move(-step, 0),
        ArrowUp: () => this.move(0, step), ArrowDown: () => this.move(0, -step),
        "+": () => this.zoom(1.4), "=": () => this.zoom(1.4), "-": () => this.zoom(1 / 1.4), "0": () => this.all(),
      };
      if (keys[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) { event.preventDefault(); keys[event.key](); }
    });
    for (const button of document.querySelectorAll("[data-map]")) {
      button.addEventListener("click", () => ({ in: () => this.zoom(1.5), out: () => this.zoom(1 / 1.5), all: () => this.all() })[button.dataset.map]());
    }
  }
}
