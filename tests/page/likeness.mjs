// How alike two pictures of the page are, by what a glance tells: where things stand and how bright they are.
// Fonts and their smoothing differ from machine to machine, so small pictures are compared, cell by cell.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./browser.mjs";

/** The pictures that were looked at and found good, small. */
const approved = join(root, "tests/page/screens");

/** Compares screenshots with the approved ones, in a blank page of this browser. */
export async function likeness(browser) {
  const page = await browser.newPage();
  const small = (screenshot) => page.evaluate(thumbnail, screenshot.toString("base64"));
  const file = (name) => join(approved, `${name}.png`);
  return {
    /** Approves a screenshot under a name. */
    async approve(name, screenshot) {
      mkdirSync(approved, { recursive: true });
      writeFileSync(file(name), Buffer.from(await small(screenshot), "base64"));
    },
    /** The share of a screenshot, from 0 to 1, that looks otherwise than the approved one of this name. */
    async differing(name, screenshot) {
      if (!existsSync(file(name))) throw new Error(`${file(name)} is missing; look at target/page/${name}.png, then run with SIGNET_BLESS=1`);
      return page.evaluate(differing, [await small(screenshot), readFileSync(file(name), "base64")]);
    },
  };
}

/** In the page: a PNG, 160 pixels wide. */
async function thumbnail(png) {
  const blob = await (await fetch(`data:image/png;base64,${png}`)).blob();
  const image = await createImageBitmap(blob, { resizeWidth: 160, resizeQuality: "high" });
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext("2d").drawImage(image, 0, 0);
  const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
  return btoa(String.fromCharCode(...bytes));
}

/** In the page: the share of cells of 5 by 5 pixels that are brighter in one, or written on in one only. */
async function differing(pngs) {
  const [one, other] = await Promise.all(
    pngs.map(async (png) => {
      const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
      const { width, height } = image;
      const context = new OffscreenCanvas(width, height).getContext("2d");
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, width, height);
      const cell = (left, top) => {
        const greens = Array.from({ length: 25 }, (_, index) => data[4 * ((top + Math.floor(index / 5)) * width + left + (index % 5)) + 1]);
        const [darkest, brightest] = [Math.min(...greens), Math.max(...greens)];
        return { middle: (darkest + brightest) / 2, written: brightest - darkest };
      };
      const cells = [];
      for (let top = 0; top + 5 <= height; top += 5) for (let left = 0; left + 5 <= width; left += 5) cells.push(cell(left, top));
      return { width, height, cells };
    }),
  );
  // A page that grew or shrank by a line or two is the same page with other fonts.
  if (one.width !== other.width || Math.abs(one.height - other.height) > 0.1 * other.height) return 1;
  const both = Math.min(one.cells.length, other.cells.length);
  const apart = (name, cell, index) => Math.abs(cell[name] - other.cells[index][name]) > 40;
  const unlike = one.cells.slice(0, both).filter((cell, index) => apart("middle", cell, index) || apart("written", cell, index));
  return unlike.length / both;
}
