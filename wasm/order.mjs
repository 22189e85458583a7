// Names the functions of a module by the order in which they compress best: `node order.mjs MODULE NAMED`, then
// `wasm-opt --reorder-functions-by-name`.
//
// gzip writes once what it finds again within 32 KiB, and generic code leaves many functions that are almost
// one. Each function is followed by the one that has most in common with those right before it. That saves 3 %.

import { readFileSync, writeFileSync } from "node:fs";

/** Bytes of functions that the next one is held against: half of gzip's window. */
const WINDOW = 16 << 10;
/** Bytes that more functions share than this tell nothing. */
const COMMON = 60;

const [source, target] = process.argv.slice(2);
const module = readFileSync(source);
const { imported, bodies } = functions(module);
const names = compressed(bodies).map((index, place) => [imported + index, String(place).padStart(6, "0")]);
writeFileSync(target, Buffer.concat([module, nameSection(names.toSorted(([one], [other]) => one - other))]));

/** How many functions are imported, and the bodies of the others (WebAssembly 5.5.5 and 5.5.13). */
function functions(bytes) {
  let at = 8;
  const number = () => {
    let [value, shift, octet] = [0, 0, 0];
    do {
      octet = bytes[at++];
      value += (octet & 0x7f) * 2 ** shift;
      shift += 7;
    } while (octet & 0x80);
    return value;
  };
  const piece = () => {
    const length = number();
    return bytes.subarray(at, (at += length));
  };
  const found = { imported: 0, bodies: [] };
  while (at < bytes.length) {
    const section = bytes[at++];
    const size = number();
    const end = at + size;
    if (section === 2) {
      for (let left = number(); left > 0; left--) {
        piece();
        piece();
        if (bytes[at++] !== 0) throw new Error(`${source}: it imports what is no function, which nothing here expects`);
        number();
        found.imported += 1;
      }
    } else if (section === 10) {
      for (let left = number(); left > 0; left--) found.bodies.push(piece());
    }
    at = end;
  }
  return found;
}

/** The indices of the bodies, each followed by the one most like those before it. */
function compressed(bodies) {
  const pieces = bodies.map((body) => new Set(Array.from({ length: Math.max(0, body.length - 3) }, (_, index) => body.readUInt32LE(index))));
  const holders = new Map();
  for (const [index, all] of pieces.entries()) {
    for (const piece of all) {
      if (holders.has(piece)) holders.get(piece).push(index);
      else holders.set(piece, [index]);
    }
  }
  const shared = bodies.map(() => 0);
  const inWindow = new Map();
  const count = (index, by) => {
    for (const piece of pieces[index]) {
      const held = holders.get(piece);
      const before = inWindow.get(piece) ?? 0;
      inWindow.set(piece, before + by);
      if (held.length <= COMMON && Math.max(before, before + by) === 1) for (const other of held) shared[other] += by;
    }
  };
  const left = new Set(bodies.keys());
  const order = [];
  let [next, first, size] = [0, 0, 0];
  while (left.size > 0) {
    left.delete(next);
    order.push(next);
    count(next, 1);
    size += bodies[next].length;
    while (size > WINDOW && first < order.length - 1) {
      size -= bodies[order[first]].length;
      count(order[first++], -1);
    }
    let most = -1;
    for (const index of left) {
      // By share, not by number: else the longest functions would come first.
      const share = shared[index] / (pieces[index].size + 30);
      if (share > most) [most, next] = [share, index];
    }
  }
  return order;
}

/** The custom section that names functions (WebAssembly appendix 7.4.1). */
function nameSection(names) {
  const number = (value) => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...number(Math.floor(value / 0x80))]);
  const sized = (...parts) => {
    const bytes = Buffer.concat(parts.map((part) => Buffer.from(part)));
    return Buffer.concat([Buffer.from(number(bytes.length)), bytes]);
  };
  const map = Buffer.concat([Buffer.from(number(names.length)), ...names.map(([index, name]) => Buffer.concat([Buffer.from(number(index)), sized(Buffer.from(name))]))]);
  return Buffer.concat([Buffer.from([0]), sized(sized(Buffer.from("name")), [1], sized(map))]);
}
