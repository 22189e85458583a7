// The page's end of the Worker: questions and answers, and a new Worker in place of a dead one.

import { ALIVE, type Answer, type Content, type Question, type Questions, type Request, type Start } from "./messages.ts";

/** Asked of a Worker that ended before it answered. */
export class Interrupted extends Error {
  constructor() {
    super("the engine ended before it answered; try again, or with less of it");
  }
}

interface Waiting {
  request: Request;
  resolve: (answer: never) => void;
  reject: (error: Error) => void;
  /** It was asked of a Worker before, which ended. */
  again: boolean;
}

/** The engine behind a Worker that can be lost and started again; inputs are kept here for that. */
export class Engine {
  readonly #module: Promise<WebAssembly.Module>;
  readonly #source: string;
  readonly #onRestart: () => void;
  readonly #inputs = new Map<number, { name: string; content: Content }>();
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #port: MessagePort | undefined;
  #next = 1;

  /**
   * `source` is the Worker's script; `onRestart` is called when a new Worker has the inputs again. The Worker
   * starts while the module is still on its way, and answers once it is there.
   */
  constructor(module: Promise<WebAssembly.Module>, source: string, onRestart: () => void) {
    this.#module = module;
    this.#source = source;
    this.#onRestart = onRestart;
    this.#start();
  }

  /** Puts an input on the desk. It is given to every later Worker too, also when this one ends while it reads. */
  async put(number: number, name: string, content: Content): Promise<Questions["put"]["answer"]> {
    this.#inputs.set(number, { name, content });
    const received = await this.ask("put", { number, name, content });
    // What holds a key is not kept: a later Worker gets what may be shown of it.
    if (received.sealed && this.#inputs.get(number)?.content === content) {
      this.#inputs.set(number, { name, content: received.text ?? "" });
    }
    return received;
  }

  remove(number: number): Promise<null> {
    this.#inputs.delete(number);
    return this.ask("remove", { number });
  }

  ask<Q extends Question>(question: Q, ask: Questions[Q]["ask"]): Promise<Questions[Q]["answer"]> {
    return new Promise((resolve, reject) => {
      const request = { id: this.#next++, question, ask } as Request;
      this.#send({ request, resolve, reject, again: false });
    });
  }

  /** Ends a Worker that takes too long, and starts another without the inputs that it was reading. */
  stop(): void {
    this.#restart(() => false);
  }

  /** Starts another Worker with every input; those that were being read are read again if `retry` says so. */
  #restart(retry: (waiting: Waiting) => boolean): void {
    this.#worker?.terminate();
    this.#port?.close();
    const lost = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#start();
    const again = lost.filter((waiting) => this.#inputs.has(reads(waiting)) && retry(waiting));
    for (const waiting of lost) {
      if (again.includes(waiting)) {
        this.#send({ ...waiting, again: true });
      } else {
        this.#inputs.delete(reads(waiting));
        waiting.reject(new Interrupted());
      }
    }
    const given = new Set(again.map(reads));
    for (const [number, input] of this.#inputs) {
      if (!given.has(number)) this.ask("put", { number, ...input }).catch(() => {});
    }
    this.#onRestart();
  }

  #start(): void {
    // From a Blob, so that the page's Content-Security-Policy holds for the Worker too.
    const url = URL.createObjectURL(new Blob([this.#source], { type: "text/javascript" }));
    const worker = new Worker(url, { name: "signet" });
    URL.revokeObjectURL(url);
    const { port1, port2 } = new MessageChannel();
    // What ended two Workers is not given to a third.
    const lost = () => {
      if (this.#worker === worker) this.#restart(({ again }) => !again);
    };
    worker.addEventListener("error", lost);
    // Nothing else tells of a Worker that was killed: it holds a lock, and whoever gets it knows. Where a
    // browser has no locks, the button that stops a Worker remains.
    const lock = crypto.getRandomValues(new Uint32Array(4)).join("-");
    port1.onmessage = ({ data }: MessageEvent<Answer>) => {
      if (data.id === ALIVE) void navigator.locks.request(lock, lost);
      else this.#settle(data);
    };
    this.#worker = worker;
    this.#port = port1;
    const begin = (module: WebAssembly.Module) => worker.postMessage({ module, lock } satisfies Start, [port2]);
    // Who gave the module tells why there is none.
    this.#module.then(begin, () => {});
  }

  #send(waiting: Waiting): void {
    this.#waiting.set(waiting.request.id, waiting);
    this.#port?.postMessage(waiting.request);
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ("error" in answer) waiting?.reject(new Error(answer.error));
    else waiting?.resolve(answer.answer as never);
  }
}

/** The number of the input that is read for an answer; 0, which none has, for other questions. */
function reads({ request }: Waiting): number {
  return request.question === "put" ? request.ask.number : 0;
}
