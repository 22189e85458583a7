// Who could talk to whom: each workload of the inputs with each, and why not.

import type { Encounter, Encounters, Verdict, Workload } from "../../signet.d.ts";
import { foreign, h } from "./dom.ts";

const GLYPHS: Record<Verdict, string> = { yes: "✓", no: "✕", unknown: "?" };

export function trust(answer: Encounters, chosen: string | undefined, choose: (pair: string) => void): HTMLElement | null {
  const { workloads, pairs, leftOut } = answer;
  if (workloads.length < 2) return null;
  const at = (client: number, server: number) => pairs.find((pair) => pair.client === client && pair.server === server);
  const shown = pairs.find((pair) => key(pair) === chosen);
  return h(
    "section",
    { class: "panel", "aria-labelledby": "trust-heading" },
    h("header", {}, h("h2", { id: "trust-heading" }, "Trust"), h("p", { class: "faint" }, "Rows are clients, columns are servers: would mutual TLS between them succeed? Choose a pair for the reason.")),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "trust matrix" },
      h(
        "table",
        { class: "matrix" },
        h("thead", {}, h("tr", {}, h("td"), workloads.map((workload, index) => h("th", { scope: "col", title: workload.name }, String(index + 1))))),
        h(
          "tbody",
          {},
          workloads.map((workload, client) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, `${client + 1} `, foreign(workload.name), h("span", { class: "faint" }, " ", foreign(workload.source), rootsOf(workload))),
              workloads.map((_, server) => h("td", {}, cell(at(client, server), workloads, chosen, choose))),
            ),
          ),
        ),
      ),
    ),
    leftOut > 0 && h("p", { class: "faint" }, `${leftOut} more workloads are left out.`),
    h("div", { "aria-live": "polite", id: "trust-reason" }, shown && reason(shown, workloads)),
  );
}

function key(pair: Encounter): string {
  return `${pair.client}-${pair.server}`;
}

function rootsOf(workload: Workload): string {
  const { length } = workload.roots;
  if (length === 0) return " (no roots known: mark one as trusted)";
  return workload.ownRoots ? ` (trusts the ${length === 1 ? "root" : `${length} roots`} beside it)` : " (trusts what you marked)";
}

function cell(pair: Encounter | undefined, workloads: Workload[], chosen: string | undefined, choose: (pair: string) => void): HTMLElement | string {
  if (!pair) return "";
  const name = `${workloads[pair.client]?.name} to ${workloads[pair.server]?.name}: ${pair.verdict}`;
  return h(
    "button",
    { type: "button", class: `pair ${pair.verdict}`, id: `pair-${key(pair)}`, "aria-pressed": String(key(pair) === chosen), "aria-label": name, title: name, onclick: () => choose(key(pair)) },
    h("span", { "aria-hidden": "true" }, GLYPHS[pair.verdict]),
  );
}

function reason(pair: Encounter, workloads: Workload[]): HTMLElement {
  const [client, server] = [workloads[pair.client]?.name ?? "", workloads[pair.server]?.name ?? ""];
  return h(
    "div",
    { class: `verdict ${pair.verdict}` },
    h("p", {}, h("strong", {}, `${GLYPHS[pair.verdict]} ${pair.verdict}`), " ", foreign(client), " → ", foreign(server)),
    pair.verdict === "yes" && h("p", {}, "Both accept each other's certificates."),
    pair.verdict === "unknown" && h("p", {}, "One side's roots are not known. Paste its ROOTCA or ca.crt with it, or mark roots as trusted."),
    pair.reasons.map(({ side, reason }) =>
      h("p", {}, `The ${side} refuses: `, h("code", {}, reason.code), " ", foreign(reason.message), h("span", { class: "advice" }, " ", foreign(reason.advice))),
    ),
  );
}
