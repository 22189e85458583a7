// Numbers and times in words, as the command writes them.

const UNITS: [number, string][] = [
  [365 * 86_400, "y"],
  [86_400, "d"],
  [3_600, "h"],
  [60, "m"],
  [1, "s"],
];

/** A duration by its two largest units: `6h28m`, `9y`. */
export function duration(seconds: number): string {
  let left = Math.abs(Math.trunc(seconds));
  const first = UNITS.findIndex(([size]) => left >= size);
  if (first === -1) return "0s";
  const parts: string[] = [];
  for (const [size, unit] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(left / size);
    if (count > 0) parts.push(`${count}${unit}`);
    left -= count * size;
    // Years and days are long enough by themselves.
    if (unit === "y" && count > 1) break;
  }
  return parts.join("");
}

/** `in 17h31m`, `6h28m ago`. */
export function relative(seconds: number): string {
  return seconds < 0 ? `${duration(seconds)} ago` : `in ${duration(seconds)}`;
}

/** `1 certificate`, `2 certificates`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** Seconds since 1970 of an RFC 3339 time; what JavaScript cannot read is not a number. */
export function seconds(time: string): number {
  return Date.parse(time) / 1000;
}

/** An RFC 3339 time to the second, as Signet prints it. */
export function timestamp(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** `10.2 MB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const [divisor, unit] = bytes < 1e6 ? [1e3, "kB"] : [1e6, "MB"];
  return `${(bytes / divisor).toFixed(1)} ${unit}`;
}
