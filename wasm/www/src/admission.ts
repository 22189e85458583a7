// What the webhook would do about pasted pods, and why: the policy's module, loaded when it is asked for.

import { byId, foreign, h, replace } from "./dom.ts";
import { severity } from "./findings.ts";
import { latest } from "./latest.ts";
import { call } from "./wapc.ts";

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

/** The view "Admission"; `load` gets the module, once, when it is first looked at. */
export function admission(load: () => Promise<WebAssembly.Module>): void {
  const [certificates, view] = [byId("view-certificates"), byId("view-admission")];
  const editor = byId<HTMLTextAreaElement>("manifests");
  let module: Promise<WebAssembly.Module> | undefined;
  const decide = latest(async () => {
    try {
      module ??= load();
      const loaded = await module;
      const manifests = editor.value;
      if (manifests.trim() === "") return replace(byId("decisions"));
      replace(byId("decisions"), ...decisions(await call<Admission>(loaded, "explain", { manifests })));
    } catch (error) {
      // The next look tries anew.
      module = undefined;
      replace(byId("decisions"), h("p", { class: "unread" }, severity("error"), " ", foreign(`The policy could not answer: ${String(error)}`)));
    }
  });
  const show = (chosen: HTMLElement) => {
    for (const button of [certificates, view]) button.setAttribute("aria-pressed", String(button === chosen));
    byId("certificates").hidden = chosen === view;
    byId("admission").hidden = chosen !== view;
    if (chosen === view) decide();
  };
  byId("views").hidden = false;
  certificates.addEventListener("click", () => show(certificates));
  view.addEventListener("click", () => show(view));
  editor.addEventListener("input", decide);
}

function decisions({ explanations, changes, advice, problems }: Admission): HTMLElement[] {
  const { items } = explanations;
  return [
    ...problems.map((problem) => h("p", { class: "unread" }, severity("error"), " ", foreign(problem))),
    ...advice.map(({ object, warnings }) =>
      h("section", { class: "panel decision" }, h("h3", {}, "ProxyConfig ", foreign(object)), warned(warnings)),
    ),
    ...items.map((item, index) => decision(item, changes[index] ?? [])),
    ...(items.length === 0 ? [h("p", { class: "faint" }, "There is no pod in it, and nothing with a pod template.")] : []),
  ];
}

function decision({ pod, signer, environment, ignored, decision }: Explanation, changes: Change[]): HTMLElement {
  const { action, message, warnings } = decision;
  return h(
    "section",
    { class: "panel decision" },
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
