// A waPC host, as a policy server is one, for a guest that asks nothing of its host.

interface Exports {
  memory: WebAssembly.Memory;
  __guest_call(operation: number, payload: number): number;
}

/** Calls an operation of a guest in a fresh instance: JSON in, JSON out. */
export async function call<Answer>(module: WebAssembly.Module, operation: string, payload: unknown): Promise<Answer> {
  const [name, bytes] = [encoded(operation), encoded(JSON.stringify(payload))];
  let answer = "";
  const memory = () => new Uint8Array(guest.memory.buffer);
  const text = (at: number, length: number) => new TextDecoder().decode(memory().subarray(at, at + length));
  const nothing = () => 0;
  const wapc = {
    __guest_request(operationAt: number, payloadAt: number) {
      memory().set(name, operationAt);
      memory().set(bytes, payloadAt);
    },
    __guest_response: (at: number, length: number) => (answer = text(at, length)),
    __guest_error: (at: number, length: number) => (answer = text(at, length)),
    // There is no cluster to ask.
    __host_call: nothing,
    __host_response_len: nothing,
    __host_response: nothing,
    __host_error_len: nothing,
    __host_error: nothing,
  };
  const { exports } = await WebAssembly.instantiate(module, { wapc, wasi_snapshot_preview1: system(module) });
  const guest = exports as unknown as Exports;
  if (guest.__guest_call(name.length, bytes.length) !== 1) throw new Error(answer);
  return JSON.parse(answer) as Answer;
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The system that Rust's standard library is linked to: no environment, no files, nothing random. */
function system(module: WebAssembly.Module): Record<string, () => number> {
  const NOT_SUPPORTED = 58;
  const wanted = WebAssembly.Module.imports(module).filter((one) => one.module === "wasi_snapshot_preview1");
  return Object.fromEntries(wanted.map(({ name }) => [name, () => (name === "random_get" ? 0 : NOT_SUPPORTED)]));
}
