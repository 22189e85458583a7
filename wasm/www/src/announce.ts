// What people hear who do not see the page change.

import { byId } from "./dom.ts";

/** Says something, in place of what was said before. */
export function announce(words: string): void {
  const status = byId("status");
  if (status.textContent !== words) status.textContent = words;
}
