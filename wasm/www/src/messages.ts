// What the page asks its Worker, and what it gets.

import type { Documents, Element, Encounters, Received, View } from "../../signet.d.ts";

/** Where an input comes from: a text that was pasted or typed, or a file that the Worker reads itself. */
export type Content = string | Blob;

/** The questions by name: what is asked with, and what is answered. */
export interface Questions {
  put: { ask: { number: number; name: string; content: Content }; answer: Received };
  remove: { ask: { number: number }; answer: null };
  look: { ask: { now: string; trusted: string[]; documents: number; certificates: number }; answer: View };
  encounters: { ask: { now: string }; answer: Encounters };
  bytes: { ask: { fingerprint: string }; answer: { der: Uint8Array; elements: Element[] } | null };
  json: { ask: { now: string }; answer: string };
  pem: { ask: Record<string, never>; answer: { text: string; sealed: boolean } };
}

export type Question = keyof Questions;

/** One question on its way to the Worker. */
export type Request = { [Q in Question]: { id: number; question: Q; ask: Questions[Q]["ask"] } }[Question];

/** One answer on its way back; `error` says in words why there is none. */
export type Answer = { id: number; answer: unknown } | { id: number; error: string };

/** The first message to a Worker, with the port for all others. */
export interface Start {
  module: WebAssembly.Module;
  /** The name of the lock that it holds for as long as it lives. */
  lock: string;
}

/** The id of the one message that answers no question: the Worker holds its lock. */
export const ALIVE = 0;

/** Larger inputs are refused before they are read; the engine's own limit is the same. */
export const LIMIT_MIB = 64;

export type { Documents, Element, Encounters, Received, View };
