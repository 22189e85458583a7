// What the webhook would do about pasted pods, and why: the policy's module, loaded when it is asked for.

import EXAMPLE from "signet:manifests";
import { announce } from "./announce.ts";
import { byId, foreign, h, replace } from "./dom.ts";
import { severity } from "./findings.ts";
import { latest } from "./latest.ts";
import { call } from "./wapc.ts";
import { count } from "./words.ts";

/** What the module answers to `explain` (wasm/policy/src/explain.rs). */
interface Admission {
  explanations: { items: Explanation[] };
  changes: Change[][];
  advice: { object: string; warnings: string[] }[];
  problems: string[];
}

interface Explanation {
  pod: { namespace: string; name: string };
  signer?: string;
  environment: (Value & { name: string; overrode: Value[] })[];
  ignored: { object?: string; message: string }[];
  decision: { action: string; message?: string; warnings: string[] };
}

interface Value {
  value: string;
  layer: string;
  object?: string;
}

interface Change {
  at: string;
  removed?: unknown;
  added?: unknown;
}

/** The view "Admission"; `load` gets the module, once, when it is first looked at. `forget` empties it. */
export function admission(load: () => Promise<WebAssembly.Module>): { forget(): void } {
  const [certificates, view] = [byId("view-certificates"), byId("view-admission")];
  const editor = byId<HTMLTextAreaElement>("manifests");
  let module: Promise<WebAssembly.Module> | undefined;
  const loaded = () => (module ??= load());
  const decide = latest(async () => {
    const manifests = editor.value;
    const empty = manifests.trim() === "";
    byId("admission-welcome").hidden = !empty;
    if (empty) return draw("");
    try {
      const answer = await call<Admission>(await loaded(), "explain", { manifests });
      draw(summary(answer), ...decisions(answer));
    } catch (error) {
      // The next look tries anew.
      module = undefined;
      const words = `The policy could not answer: ${String(error)}`;
      draw(words, h("p", { class: "unread" }, severity("error"), " ", foreign(words)));
    }
  });
  const show = (chosen: HTMLElement) => {
    for (const button of [certificates, view]) button.setAttribute("aria-pressed", String(button === chosen));
    byId("certificates").hidden = chosen === view;
    byId("admission").hidden = chosen !== view;
    byId<HTMLAnchorElement>("skip").hash = chosen === view ? "decisions-start" : "results-start";
    if (chosen !== view) return;
    // On its way already; why it does not come is said when there is something to decide.
    loaded().catch(() => undefined);
    decide();
  };
  const fill = (manifests: string) => {
    editor.value = manifests;
    decide();
  };
  byId("views").hidden = false;
  certificates.addEventListener("click", () => show(certificates));
  view.addEventListener("click", () => show(view));
  editor.addEventListener("input", decide);
  byId("admission-example").addEventListener("click", () => {
    fill(EXAMPLE);
    editor.setSelectionRange(0, 0);
    // The button is gone.
    editor.focus();
    editor.scrollTop = 0;
  });
  return { forget: () => fill("") };
}

/** Shows an answer, and says its summary: a diff is too long to be heard whole. */
function draw(words: string, ...answer: HTMLElement[]): void {
  replace(byId("decisions"), ...answer);
  announce(words);
}

/** `2 pods: 1 inject, 1 skip; 1 warning`. */
function summary({ explanations: { items }, advice, problems }: Admission): string {
  const actions = new Map<string, number>();
  for (const { action } of items.map((item) => item.decision)) actions.set(action, (actions.get(action) ?? 0) + 1);
  const pods = [...actions].map(([action, number]) => `${number} ${action}`).join(", ");
  const warnings = [...items.map((item) => item.decision), ...advice].flatMap((one) => one.warnings).length;
  const parts = [count(items.length, "pod") + (pods && `: ${pods}`), count(warnings, "warning")];
  if (problems.length > 0) parts.push(`${count(problems.length, "document")} not read`);
  return parts.join("; ");
}

function decisions({ explanations, changes, advice, problems }: Admission): HTMLElement[] {
  const { items } = explanations;
  return [
    ...problems.map((problem) => h("p", { class: "unread" }, severity("error"), " ", foreign(problem))),
    ...advice.map(({ object, warnings }) =>
      h("section", { class: "panel decision", tabindex: -1 }, h("h3", {}, "ProxyConfig ", foreign(object)), warned(warnings)),
    ),
    ...items.map((item, index) => decision(item, changes[index] ?? [])),
    ...(items.length === 0 ? [h("p", { class: "faint" }, "There is no pod in it, and nothing with a pod template.")] : []),
  ];
}

function decision({ pod, signer, environment, ignored, decision }: Explanation, changes: Change[]): HTMLElement {
  const { action, message, warnings } = decision;
  return h(
    "section",
    { class: "panel decision", tabindex: -1 },
    h("h3", {}, foreign(`${pod.namespace}/${pod.name}`)),
    h("p", {}, h("strong", {}, action), message ? [": ", foreign(message)] : [], signer !== undefined && [", signer ", h("code", {}, foreign(signer || '""'))]),
    changes.length > 0 && h("pre", { class: "diff", tabindex: 0, "aria-label": "what is changed" }, changes.flatMap(difference)),
    warned(warnings),
    environment.length > 0 && h("h4", {}, "Which value, and why"),
    h(
      "ul",
      {},
      environment.map(({ name, overrode, ...value }) =>
        h("li", {}, h("code", {}, foreign(`${name}=${value.value}`)), " from ", foreign(origin(value)), overrode.map((one) => h("span", { class: "faint" }, ", over ", foreign(`"${one.value}" from ${origin(one)}`)))),
      ),
      ignored.map((one) => h("li", { class: "faint" }, "ignored: ", foreign(`${one.object ?? "annotation"}: ${one.message}`))),
    ),
  );
}

function warned(warnings: string[]): HTMLElement {
  return h("ul", {}, warnings.map((warning) => h("li", {}, severity("warning"), " ", foreign(warning))));
}

function origin({ layer, object }: Value): string {
  return object ? `${layer} ${object}` : layer;
}

/** One change as lines of a diff: where, what goes, what comes. */
function difference({ at, removed, added }: Change): HTMLElement[] {
  const lines = (sign: "-" | "+", value: unknown) =>
    value === undefined ? [] : JSON.stringify(value, null, 2).split("\n").map((line) => h("span", { class: sign === "+" ? "added" : "removed" }, foreign(`${sign} ${line}`), "\n"));
  return [h("span", { class: "faint" }, foreign(`@@ ${at}`), "\n"), ...lines("-", removed), ...lines("+", added)];
}
