// The Worker: the engine and the desk live here, so that the page never waits for them.

import { Desk, initSync } from "../pkg/signet.js";
import { ALIVE, type Answer, type Content, type Question, type Questions, type Request, type Start } from "./messages.ts";

type Handlers = {
  [Q in Question]: (desk: Desk, ask: Questions[Q]["ask"]) => Questions[Q]["answer"] | Promise<Questions[Q]["answer"]>;
};

const handlers: Handlers = {
  put: async (desk, { number, name, content }) => JSON.parse(desk.put(number, name, await bytes(content))),
  remove: (desk, { number }) => {
    desk.remove(number);
    return null;
  },
  look: (desk, { now, trusted, documents, certificates }) => {
    desk.trustThese(trusted);
    return JSON.parse(desk.look(now, documents, certificates));
  },
  encounters: (desk, { now }) => JSON.parse(desk.encounters(now)),
  bytes: (desk, { fingerprint }) => {
    const der = desk.der(fingerprint);
    return der ? { der, elements: JSON.parse(desk.elements(fingerprint)) } : null;
  },
  json: (desk, { now }) => `${JSON.stringify(JSON.parse(desk.decoded(now)), null, 2)}\n`,
  pem: (desk) => ({ text: desk.pem(), sealed: desk.isSealed() }),
};

async function bytes(content: Content): Promise<Uint8Array> {
  return typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(await content.arrayBuffer());
}

self.addEventListener("message", (event: MessageEvent<Start>) => {
  const [port] = event.ports;
  if (!port) return;
  initSync({ module: event.data.module });
  const desk = new Desk();
  // One after the other: an input is on the desk before it is looked at.
  let last: Promise<void> = Promise.resolve();
  const begin = () => {
    port.onmessage = ({ data }: MessageEvent<Request>) => {
      last = last.then(async () => port.postMessage(await answer(desk, data)));
    };
  };
  if (!navigator.locks) return begin();
  // No question is taken before the page can learn that this Worker died with it.
  navigator.locks.request(event.data.lock, () => {
    port.postMessage({ id: ALIVE, answer: null } satisfies Answer);
    begin();
    return new Promise(() => {});
  });
});

async function answer(desk: Desk, { id, question, ask }: Request): Promise<Answer> {
  try {
    const handler = handlers[question] as (desk: Desk, ask: unknown) => unknown;
    return { id, answer: await handler(desk, ask) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}
