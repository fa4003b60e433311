// Draws the icons of build/resources from the mark that the pages show, so that there is one drawing of it, and those of the
// tray from tray.svg there: `node scripts/package-icons.mjs` after a drawing or its colour has changed. No tool beyond Node is
// needed.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';
import { ROOT } from './lib/root.mjs';

/** Points per curve and scan lines per pixel: at 1024 pixels neither shows. */
const CURVE_POINTS = 48;
const LINES = 8;
/** Apple's grid: the tile takes 824 of 1024, the rest is air, so that it stands as large as its neighbours in the dock. */
const APPLE_INSET = 100 / 1024;

const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256];
/** Types of Apple's icns whose content is a PNG, with their pixels: 128 to 1024, and 16 to 256 at double density. */
const ICNS_TYPES = { ic07: 128, ic08: 256, ic09: 512, ic10: 1024, ic11: 32, ic12: 64, ic13: 256, ic14: 512 };

/** The picture of the app, 512 pixels wide, as a PNG. */
export function drawPicture() {
  return png(draw(readMark(), 512));
}

/** The files by name, drawn anew. */
function drawIcons() {
  const mark = readMark();
  return {
    'icon.png': drawPicture(),
    'icon.ico': ico(ICO_SIZES.map((size) => draw(mark, size))),
    'icon.icns': icns(Object.entries(ICNS_TYPES).map(([type, size]) => [type, draw(mark, size, APPLE_INSET)])),
  };
}

/** Pixels of a tray's icon by what they are for: on macOS a template that the system colours, elsewhere a tile. */
const TRAY_TEMPLATE_SIZES = [16, 32];
const TRAY_TILE_SIZES = [16, 24, 32, 48];
/** The part of a tile that its shape takes. */
const TRAY_SHAPE = 0.74;

/** The tray's icons as PNGs: `template` and `tile`, each by shape and by size. */
export function drawTray() {
  const { tile, corner } = readMark();
  const ink = [0, 0, 0];
  const paper = [255, 255, 255];
  const each = (sizes, picture) =>
    Object.fromEntries(
      Object.entries(readShapes()).map(([shape, paths]) => [
        shape,
        Object.fromEntries(sizes.map((size) => [size, png(picture(paths, size))])),
      ]),
    );
  return {
    template: each(TRAY_TEMPLATE_SIZES, (paths, size) => paint(size, [[shapeIn(paths, size, 1), ink]])),
    tile: each(TRAY_TILE_SIZES, (paths, size) =>
      paint(size, [
        [
          coverage(
            outline(roundTile(corner)).map(([x, y]) => [(x * size) / 32, (y * size) / 32]),
            size,
          ),
          tile,
        ],
        [shapeIn(paths, size, TRAY_SHAPE), paper],
      ]),
    ),
  };
}

/** The groups of tray.svg, each as its paths in their order. */
function readShapes() {
  const svg = readFileSync(join(ROOT, 'build/resources/tray.svg'), 'utf8');
  const groups = [...svg.matchAll(/<g id="(\w+)">(.*?)<\/g>/gs)];
  return Object.fromEntries(
    groups.map(([, id, inside]) => [
      id,
      [...inside.matchAll(/<path( class="cut")? d="([^"]+)"/g)].map(([, cut, d]) => ({ d, cut: cut !== undefined })),
    ]),
  );
}

/** How much of each pixel a shape covers, drawn in the middle. `part` is its side's share of the whole side. */
function shapeIn(paths, size, part) {
  const place = ([x, y]) => [((x - 16) * part + 16) * (size / 32), ((y - 16) * part + 16) * (size / 32)];
  let covered = new Float64Array(size * size);
  for (const { d, cut } of paths) {
    const own = coverage(outline(d).map(place), size);
    covered = covered.map((share, at) => (cut ? share * (1 - own[at]) : share + (1 - share) * own[at]));
  }
  return covered;
}

/** Colours over one another on nothing; the alpha is not multiplied in, as PNG wants it. */
function paint(size, layers) {
  const pixels = Buffer.alloc(size * size * 4);
  for (let at = 0; at < size * size; at += 1) {
    let alpha = 0;
    let colour = [0, 0, 0];
    for (const [covered, [...own]] of layers) {
      const over = covered[at];
      const next = over + alpha * (1 - over);
      if (next > 0) colour = colour.map((c, channel) => (own[channel] * over + c * alpha * (1 - over)) / next);
      alpha = next;
    }
    pixels.set([...colour.map(Math.round), Math.round(255 * alpha)], at * 4);
  }
  return { size, pixels };
}

/** The mark as the page's own icon has it: a tile with round corners and a flame on it, in a square of 32. */
function readMark() {
  const html = decodeURIComponent(readFileSync(join(ROOT, 'src-renderer/index.html'), 'utf8'));
  const found =
    /viewBox='0 0 32 32'.*<rect width='32' height='32' rx='(?<rx>\d+)' fill='#(?<tile>\w{6})'\/><path d='(?<path>[^']+)' fill='#(?<flame>\w{3})'/.exec(
      html,
    );
  if (!found) throw new Error('the icon in src-renderer/index.html does not look as it did');
  const { rx, tile, path, flame } = found.groups;
  return { tile: rgb(tile), flame: rgb(flame.replace(/./g, '$&$&')), path, corner: Number(rx) };
}

const rgb = (hex) => [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

/** `inset` is the share of empty space at each side. */
function draw({ tile, flame, path, corner }, size, inset = 0) {
  const scale = (size * (1 - 2 * inset)) / 32;
  const place = ([x, y]) => [x * scale + size * inset, y * scale + size * inset];
  const under = coverage(outline(roundTile(corner)).map(place), size);
  const over = coverage(outline(path).map(place), size);
  const pixels = Buffer.alloc(size * size * 4);
  for (let at = 0; at < size * size; at += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      pixels[at * 4 + channel] = Math.round(tile[channel] + (flame[channel] - tile[channel]) * over[at]);
    }
    pixels[at * 4 + 3] = Math.round(255 * under[at]);
  }
  return { size, pixels };
}

/** A square of 32 with round corners, as a path. */
function roundTile(corner) {
  const side = 32 - 2 * corner;
  const arcs = `h${side}a${corner} ${corner} 0 0 1 ${corner} ${corner}v${side}a${corner} ${corner} 0 0 1-${corner} ${corner}h-${side}a${corner} ${corner} 0 0 1-${corner}-${corner}v-${side}a${corner} ${corner} 0 0 1 ${corner}-${corner}`;
  return `M${corner} 0${arcs}`;
}

/** An SVG path as points. Knows the commands that the drawings use: M, l, h, v, z, q, T and circular a. */
function outline(path) {
  const points = [];
  let [x, y] = [0, 0];
  let control = [0, 0];
  const curve = ([cx, cy], [ex, ey]) => {
    for (let step = 1; step <= CURVE_POINTS; step += 1) {
      const t = step / CURVE_POINTS;
      const mix = (from, by, to) => (1 - t) ** 2 * from + 2 * t * (1 - t) * by + t ** 2 * to;
      points.push([mix(x, cx, ex), mix(y, cy, ey)]);
    }
    [x, y, control] = [ex, ey, [cx, cy]];
  };
  const line = (to) => {
    points.push(to);
    [x, y] = to;
    control = to;
  };
  /** A circle's arc of at most half a turn, clockwise on the screen. */
  const arc = (radius, [ex, ey]) => {
    const [mx, my] = [(x + ex) / 2, (y + ey) / 2];
    const half = Math.hypot(ex - x, ey - y) / 2;
    const away = Math.sqrt(Math.max(0, radius ** 2 - half ** 2)) / half;
    const [cx, cy] = [mx - ((ey - y) / 2) * away, my + ((ex - x) / 2) * away];
    const from = Math.atan2(y - cy, x - cx);
    const turn = (Math.atan2(ey - cy, ex - cx) - from + 2 * Math.PI) % (2 * Math.PI);
    for (let step = 1; step <= CURVE_POINTS; step += 1) {
      const angle = from + (turn * step) / CURVE_POINTS;
      points.push([cx + radius * Math.cos(angle), cy + radius * Math.sin(angle)]);
    }
    line([ex, ey]);
  };
  const commands = {
    M: [2, ([ex, ey]) => line([ex, ey])],
    l: [2, ([dx, dy]) => line([x + dx, y + dy])],
    h: [1, ([dx]) => line([x + dx, y])],
    v: [1, ([dy]) => line([x, y + dy])],
    q: [4, ([cx, cy, dx, dy]) => curve([x + cx, y + cy], [x + dx, y + dy])],
    Q: [4, ([cx, cy, ex, ey]) => curve([cx, cy], [ex, ey])],
    T: [2, ([ex, ey]) => curve([2 * x - control[0], 2 * y - control[1]], [ex, ey])],
    a: [7, ([rx, , , , , dx, dy]) => arc(rx, [x + dx, y + dy])],
  };
  for (const [, letter, rest] of path.matchAll(/([a-z])([^a-z]*)/gi)) {
    // Every outline is closed where it is filled.
    if (letter === 'z') continue;
    if (!(letter in commands)) throw new Error(`a path has a "${letter}", which is not drawn yet`);
    const [count, run] = commands[letter];
    const numbers = (rest.match(/-?\d*\.?\d+/g) ?? []).map(Number);
    for (let at = 0; at < numbers.length; at += count) run(numbers.slice(at, at + count));
  }
  return points;
}

/** The share of each pixel that lies inside, by the nonzero rule: exact along a scan line, some lines per pixel. */
function coverage(points, size) {
  const covered = new Float64Array(size * size);
  for (let line = 0; line < size * LINES; line += 1) {
    const y = (line + 0.5) / LINES;
    const row = Math.floor(y) * size;
    const crossings = points
      .map(([x1, y1], at) => {
        const [x2, y2] = points[(at + 1) % points.length];
        return y1 <= y === y2 <= y ? undefined : [x1 + ((y - y1) / (y2 - y1)) * (x2 - x1), y2 > y1 ? 1 : -1];
      })
      .filter(Boolean)
      .sort(([a], [b]) => a - b);
    let winding = 0;
    for (const [at, [x, way]] of crossings.entries()) {
      winding += way;
      if (winding === 0) continue;
      const end = crossings[at + 1][0];
      for (let pixel = Math.max(0, Math.floor(x)); pixel < Math.min(size, end); pixel += 1) {
        covered[row + pixel] += (Math.min(end, pixel + 1) - Math.max(x, pixel)) / LINES;
      }
    }
  }
  return covered.map((share) => Math.min(1, share));
}

/** W3C PNG, RGBA with 8 bits and no filter. */
function png({ size, pixels }) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const rows = Array.from({ length: size }, (_, row) => [
    Buffer.from([0]),
    pixels.subarray(row * size * 4, (row + 1) * size * 4),
  ]);
  const body = deflateSync(Buffer.concat(rows.flat()), { level: 9 });
  const chunks = [chunk('IHDR', head), chunk('IDAT', body), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...chunks]);
}

function chunk(type, data) {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([uint32(data.length), named, uint32(crc32(named))]);
}

/** A directory of PNGs; 256 is written as 0. Windows reads PNG in icons since Vista. */
function ico(images) {
  const files = images.map(png);
  const head = Buffer.from([0, 0, 1, 0, images.length, 0]);
  let offset = head.length + 16 * images.length;
  const entries = images.map(({ size }, at) => {
    const entry = Buffer.from([size % 256, size % 256, 0, 0, 1, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    entry.writeUInt32LE(files[at].length, 8);
    entry.writeUInt32LE(offset, 12);
    offset += files[at].length;
    return entry;
  });
  return Buffer.concat([head, ...entries, ...files]);
}

function icns(images) {
  const entries = images.map(([type, image]) => {
    const file = png(image);
    return Buffer.concat([Buffer.from(type, 'latin1'), uint32(file.length + 8), file]);
  });
  const body = Buffer.concat(entries);
  return Buffer.concat([Buffer.from('icns', 'latin1'), uint32(body.length + 8), body]);
}

function uint32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** The tray's icons as the source of a module: they are few and small, and need no place of their own in a package. */
function trayModule() {
  const { template, tile } = drawTray();
  const text = (pictures) =>
    Object.entries(pictures).map(([shape, sizes]) => {
      const lines = Object.entries(sizes).map(([size, bytes]) => `    ${size}: '${bytes.toString('base64')}',`);
      return `  ${shape}: {\n${lines.join('\n')}\n  },`;
    });
  const pictures = (name, all) =>
    `export const ${name}: Readonly<Record<Shape, Readonly<Record<number, string>>>> = {\n${text(all).join('\n')}\n};\n`;
  return `// Drawn by scripts/package-icons.mjs from build/resources/tray.svg, not by hand. PNGs in base64, by their size in pixels.

import type { Shape } from './shape.ts';

/** One colour, for the system to replace. */
${pictures('TEMPLATE', template)}
/** White on a tile of our own, for a panel of any colour. */
${pictures('TILE', tile)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, bytes] of Object.entries(drawIcons())) {
    writeFileSync(join(ROOT, 'build/resources', name), bytes);
    process.stdout.write(`build/resources/${name}: ${bytes.length} bytes\n`);
  }
  const module = 'src-main/shell/tray/images.ts';
  writeFileSync(join(ROOT, module), trayModule());
  process.stdout.write(`${module}\n`);
}
