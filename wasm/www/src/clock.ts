// The time of the judgement: now, or any other that the user chooses.

import { byId } from "./dom.ts";
import { seconds, timestamp } from "./words.ts";

const STEPS = 1000;
const MARGIN = 0.03;

/** The time control. `changed` is called when another time is to be judged at. */
export class Clock {
  readonly #changed: () => void;
  readonly #field = byId<HTMLInputElement>("time");
  readonly #slider = byId<HTMLInputElement>("time-slider");
  readonly #now = byId<HTMLButtonElement>("time-now");
  #chosen: string | undefined;
  #range: [number, number] = [0, 1];

  constructor(changed: () => void) {
    this.#changed = changed;
    this.#slider.max = String(STEPS);
    this.#field.addEventListener("change", () => {
      const at = Date.parse(`${this.#field.value}Z`);
      this.travel(Number.isNaN(at) ? undefined : timestamp(at));
    });
    this.#slider.addEventListener("input", () => {
      const [from, to] = this.#range;
      this.travel(timestamp((from + ((to - from) * Number(this.#slider.value)) / STEPS) * 1000));
    });
    this.#now.addEventListener("click", () => this.travel(undefined));
    // The present moves on by itself.
    setInterval(() => {
      if (this.#chosen === undefined && document.visibilityState === "visible") this.#changed();
    }, 60_000);
    this.#draw();
  }

  /** The time of the judgement, in RFC 3339. */
  get time(): string {
    return this.#chosen ?? timestamp(Date.now());
  }

  /** The time that was chosen; nothing while it is now. */
  get chosen(): string | undefined {
    return this.#chosen;
  }

  /** Judges at this time from now on; nothing is now. */
  travel(time: string | undefined): void {
    this.#chosen = time;
    this.#draw();
    this.#changed();
  }

  /** What the slider covers: the lives of the certificates on the page. */
  covers(times: string[]): void {
    const known = times.map(seconds).filter((time) => !Number.isNaN(time));
    const now = Date.now() / 1000;
    const [from, to] = [Math.min(now, ...known), Math.max(now, ...known)];
    const margin = Math.max(60, (to - from) * MARGIN);
    this.#range = [from - margin, to + margin];
    this.#slider.disabled = known.length === 0;
    this.#draw();
  }

  #draw(): void {
    const time = this.time;
    const [from, to] = this.#range;
    this.#field.value = time.slice(0, 19);
    this.#slider.value = String(Math.round(((seconds(time) - from) / (to - from)) * STEPS));
    this.#slider.setAttribute("aria-valuetext", time);
    this.#now.setAttribute("aria-pressed", String(this.#chosen === undefined));
  }
}
