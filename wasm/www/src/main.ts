// The page: its parts, and what happens between them.

import WORKER from "signet:worker";
import { examples as loadExamples, module as loadModule, policy } from "signet:files";
import type { Encounters, View } from "../../signet.d.ts";
import { admission } from "./admission.ts";
import { announce } from "./announce.ts";
import { showBytes } from "./bytes.ts";
import { type CardActions, card } from "./card.ts";
import { title } from "./certificate.ts";
import { Clock } from "./clock.ts";
import { byId, h, replace } from "./dom.ts";
import { acceptDrops } from "./drop.ts";
import { Engine, Interrupted } from "./engine.ts";
import { type Example, exampleLinks, exampleOf } from "./examples.ts";
import { severity } from "./findings.ts";
import { Inputs } from "./inputs.ts";
import { latest } from "./latest.ts";
import { roots } from "./roots.ts";
import { save } from "./save.ts";
import { link, shared } from "./share.ts";
import { shortcuts } from "./shortcuts.ts";
import { themeSwitch } from "./theme.ts";
import { trust } from "./trust.ts";
import { count } from "./words.ts";

/** Documents, and certificates of each, that are shown before the user asks for more. */
const FIRST = { documents: 20, certificates: 50 };
/** Work that takes longer offers to stop it. */
const PATIENCE = 1500;

class Page {
  readonly #engine: Engine;
  readonly #inputs: Inputs;
  readonly #clock: Clock;
  readonly #trusted = new Set<string>();
  readonly #open = new Set<string>();
  readonly #look: () => void;
  #shown = { ...FIRST };
  #view: View | undefined;
  #encounters: Encounters | undefined;
  #pair: string | undefined;

  constructor(module: Promise<WebAssembly.Module>, forgetManifests: () => void) {
    this.#look = latest(() => this.#lookNow());
    this.#engine = new Engine(module, WORKER, () => {
      byId("notice").textContent = "The engine was started again; what it had read is kept.";
      this.#look();
    });
    this.#clock = new Clock(this.#look);
    this.#inputs = new Inputs(this.#engine, () => {
      if (this.#inputs.size === 0) this.#forget();
      this.#look();
    });
    acceptDrops(
      (files) => void this.#inputs.addFiles(files),
      (text) => void this.#inputs.addText("dropped text", text),
    );
    byId("stop").addEventListener("click", () => this.#engine.stop());
    byId("save-json").addEventListener("click", () => void this.#saveJson());
    byId("save-pem").addEventListener("click", () => void this.#savePem());
    byId("print").addEventListener("click", () => this.#print());
    byId("clear").addEventListener("click", forgetManifests);
    byId("share").addEventListener("click", () => void this.#share());
    byId("share-close").addEventListener("click", () => byId<HTMLDialogElement>("share-dialog").close());
    byId("share-copy").addEventListener("click", () => void copy(byId<HTMLInputElement>("share-link")));
    shortcuts([
      { key: "i", words: "Go to the input", run: () => shownAll("textarea")[0]?.focus() },
      { key: "o", words: "Open files", run: () => byId("files").click() },
      { key: "j", words: "Next document or pod", run: () => step(1) },
      { key: "k", words: "Previous document or pod", run: () => step(-1) },
      { key: "n", words: "Judge at the present time", run: () => this.#clock.travel(undefined) },
      { key: "x", words: "Forget everything", run: () => (this.#inputs.clear(), forgetManifests()) },
    ]);
  }

  /** Opens what the address asks for: an example, or what somebody shared. */
  async follow(fragment: string): Promise<void> {
    const given = await shared(fragment);
    if (given) {
      this.#inputs.clear();
      for (const root of given.trusted) this.#trusted.add(root);
      this.#clock.travel(given.time);
      await this.#inputs.addText("shared certificates", given.pem);
    } else if (fragment.startsWith("#share=")) {
      announce("This link is damaged: its certificates cannot be read. Ask for it again.");
    } else if (fragment.startsWith("#example=")) {
      const examples = await loadExamples();
      const example = exampleOf(fragment, examples);
      if (example) await this.#show(example);
      else announce(`There is no example ${fragment.slice("#example=".length)}.`);
    }
  }

  async #show(example: Example): Promise<void> {
    this.#inputs.clear();
    this.#clock.travel(example.time);
    await Promise.all(example.inputs.map(({ name, text }) => this.#inputs.addText(name, text)));
    if (!example.trusted) return;
    const view = await this.#ask();
    this.#setTrusted(view.roots.map((root) => root.certificate.fingerprintSha256), true);
  }

  #forget(): void {
    byId("notice").textContent = "";
    this.#trusted.clear();
    this.#open.clear();
    this.#shown = { ...FIRST };
    this.#pair = undefined;
    this.#encounters = undefined;
  }

  #ask(): Promise<View> {
    return this.#engine.ask("look", { now: this.#clock.time, trusted: [...this.#trusted], ...this.#shown });
  }

  async #lookNow(): Promise<void> {
    // Nothing was given yet, and the engine may still be on its way.
    if (this.#inputs.size === 0 && !this.#view) return;
    const patience = setTimeout(() => (byId("busy").hidden = false), PATIENCE);
    try {
      const view = await this.#ask();
      this.#view = view;
      this.#clock.covers(times(view));
      this.#draw();
      announce(summary(view));
      this.#encounters = await this.#engine.ask("encounters", { now: view.now });
      this.#drawTrust();
    } catch (error) {
      // After an interruption the new Worker is looked at anyway.
      if (!(error instanceof Interrupted)) announce(`The engine could not answer: ${String(error)}`);
    } finally {
      clearTimeout(patience);
      byId("busy").hidden = true;
    }
  }

  #draw(): void {
    const view = this.#view;
    if (!view) return;
    const { summary: total, cards, inputs, now } = view;
    const empty = inputs.length === 0;
    byId("welcome").hidden = !empty;
    byId("results").hidden = empty;
    for (const id of ["save-json", "save-pem", "print", "share"]) byId<HTMLButtonElement>(id).disabled = total.documents === 0;
    replace(byId("summary"), summaryLine(view));
    replace(byId("errors"), inputs.flatMap((input) => (input.error ? h("p", { class: "unread" }, severity("error"), " ", h("bdi", {}, input.error)) : [])));
    replace(byId("roots"), roots(view.roots, now, (fingerprints, on) => this.#setTrusted(fingerprints, on)));
    replace(byId("cards"), cards.map((one, index) => card(one, index, now, this.#actions)));
    const hidden = total.documents - cards.length;
    replace(byId("more"), hidden > 0 && h("button", { type: "button", id: "more-documents", onclick: () => this.#showMore("documents") }, `Show ${count(hidden, "more document")}`));
    if (empty) replace(byId("trust"));
  }

  #drawTrust(): void {
    const choose = (pair: string) => {
      this.#pair = pair;
      this.#drawTrust();
    };
    replace(byId("trust"), this.#encounters && trust(this.#encounters, this.#pair, choose));
  }

  readonly #actions: CardActions = {
    isOpen: (id) => this.#open.has(id),
    setOpen: (id, open) => void (open ? this.#open.add(id) : this.#open.delete(id)),
    isTrusted: (fingerprint) => this.#trusted.has(fingerprint),
    setTrusted: (fingerprint, on) => this.#setTrusted([fingerprint], on),
    showBytes: (fingerprint, field) => void this.#showBytes(fingerprint, field),
    showMore: () => this.#showMore("certificates"),
  };

  #setTrusted(fingerprints: string[], on: boolean): void {
    for (const fingerprint of fingerprints) on ? this.#trusted.add(fingerprint) : this.#trusted.delete(fingerprint);
    this.#look();
  }

  #showMore(what: "documents" | "certificates"): void {
    this.#shown[what] *= 4;
    this.#look();
  }

  async #showBytes(fingerprint: string, field: string): Promise<void> {
    const bytes = await this.#engine.ask("bytes", { fingerprint });
    const known = this.#view?.cards.flatMap((one) => one.document.certificates) ?? [];
    const one = known.find((placed) => placed.fingerprintSha256 === fingerprint);
    if (bytes) showBytes(bytes.der, bytes.elements, one ? title(one) : fingerprint, field);
  }

  /** Every certificate is printed with its facts. */
  #print(): void {
    for (const details of document.querySelectorAll<HTMLDetailsElement>("details.certificate")) details.open = true;
    // The facts are there once the elements have opened.
    setTimeout(() => print(), 0);
  }

  async #saveJson(): Promise<void> {
    save("signet.json", "application/json", await this.#engine.ask("json", { now: this.#clock.time }));
  }

  async #savePem(): Promise<void> {
    save("certificates.pem", "application/x-pem-file", (await this.#engine.ask("pem", {})).text);
  }

  async #share(): Promise<void> {
    const { text, sealed } = await this.#engine.ask("pem", {});
    const time = this.#clock.chosen;
    const refused = sealed || this.#inputs.sealed;
    const address = refused ? undefined : await link({ pem: text, trusted: [...this.#trusted], ...(time && { time }) });
    const field = byId<HTMLInputElement>("share-link");
    field.value = address ?? "";
    field.hidden = address === undefined;
    byId<HTMLButtonElement>("share-copy").hidden = address === undefined;
    byId("share-words").textContent = refused
      ? "An input held a private key, so there is no link. Remove that input, or save the certificates as PEM and send the file."
      : address === undefined
        ? "That is too much for a link. Save the certificates as PEM and send the file."
        : "Who opens this link sees these certificates, the roots that you trust and the time. They stand after the #, which browsers send to no server.";
    byId<HTMLDialogElement>("share-dialog").showModal();
    field.select();
  }
}

/** The elements of the view that is shown. */
function shownAll(selector: string): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(`main:not([hidden]) :is(${selector})`)];
}

/** Goes to the next card or decision, or back. */
function step(by: number): void {
  const all = shownAll(".card, .decision");
  const at = all.findIndex((one) => one.contains(document.activeElement));
  const next = all[at === -1 && by < 0 ? all.length - 1 : at + by];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function times(view: View): string[] {
  return view.cards.flatMap((one) => one.document.certificates.flatMap(({ notBefore, notAfter }) => [notBefore, notAfter]));
}

function summary({ summary: total, inputs }: View): string {
  if (inputs.length === 0) return "";
  const parts = [count(total.documents, "document"), count(total.certificates, "certificate")];
  if (total.keys > 0) parts.push(`${count(total.keys, "private key")} (not shown)`);
  parts.push(count(total.error, "error"), count(total.warning, "warning"));
  return parts.join(", ");
}

function summaryLine(view: View): HTMLElement {
  const { error, warning } = view.summary;
  const state = error > 0 ? "error" : warning > 0 ? "warning" : "fine";
  return h("p", { class: state }, summary(view), h("span", { class: "faint" }, ` at ${view.now}`));
}

async function copy(field: HTMLInputElement): Promise<void> {
  field.select();
  await navigator.clipboard.writeText(field.value).then(
    () => announce("The link is copied."),
    () => announce("The browser did not let the page copy; the link is selected, copy it with Ctrl-C."),
  );
}

async function start(): Promise<void> {
  if (typeof WebAssembly === "undefined") throw new Error("this browser has no WebAssembly");
  // All are on their way at once: what is typed meanwhile is answered when the module is there.
  const module = loadModule();
  const examples = loadExamples();
  await parsed();
  themeSwitch();
  const { forget } = admission(policy);
  const page = new Page(module, forget);
  // Laying them out would keep the module waiting, whose compilation ends on this thread.
  const listed = Promise.all([examples, module]).then(([examples]) => replace(byId("examples"), exampleLinks(examples)));
  document.documentElement.dataset.ready = "";
  addEventListener("hashchange", () => void page.follow(location.hash));
  await Promise.all([listed, page.follow(location.hash)]);
}

/** This script runs as soon as it is there, which can be before the whole document is. */
async function parsed(): Promise<void> {
  if (document.readyState !== "loading") return;
  await new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve, { once: true }));
}

start().catch(async (error: unknown) => {
  await parsed();
  byId("unsupported").hidden = false;
  byId("unsupported-why").textContent = String(error);
});
