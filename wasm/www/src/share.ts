// A link that carries the certificates in its fragment, which no server ever sees. Made on request
// only, and never when a key was in the input.

/** What a link carries: certificates as PEM, the roots that are trusted, the time. Nothing else. */
export interface Shared {
  pem: string;
  trusted: string[];
  time?: string;
}

/** Browsers and chat programs cut longer addresses. */
const LONGEST = 32_000;

/** The address of this page with `shared` in it; `undefined` when it would be too long. */
export async function link(shared: Shared): Promise<string | undefined> {
  const json = new TextEncoder().encode(JSON.stringify(shared));
  const packed = await through(json, new CompressionStream("deflate-raw"));
  const { origin, pathname, protocol } = location;
  const page = protocol === "file:" ? `file://${pathname}` : `${origin}${pathname}`;
  const address = `${page}#share=${base64url(packed)}`;
  return address.length > LONGEST ? undefined : address;
}

/** What a fragment carries; `undefined` if it is none of ours or damaged. */
export async function shared(fragment: string): Promise<Shared | undefined> {
  const packed = /^#share=([\w-]+)$/.exec(fragment)?.[1];
  if (packed === undefined) return undefined;
  try {
    const json = await through(fromBase64url(packed), new DecompressionStream("deflate-raw"));
    const value: unknown = JSON.parse(new TextDecoder().decode(json));
    return isShared(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isShared(value: unknown): value is Shared {
  if (typeof value !== "object" || value === null) return false;
  const { pem, trusted, time } = value as Record<string, unknown>;
  const texts = Array.isArray(trusted) && trusted.every((one) => typeof one === "string" && /^[0-9a-f]{64}$/.test(one));
  return typeof pem === "string" && texts && (time === undefined || (typeof time === "string" && !Number.isNaN(Date.parse(time))));
}

async function through(bytes: Uint8Array<ArrayBuffer>, transform: CompressionStream | DecompressionStream): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(transform);
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function base64url(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (one) => one.charCodeAt(0));
}
