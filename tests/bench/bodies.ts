// What is sent: the same chat for everybody, wrapped as a task for ours. A task's nonce and a sealed payload are good for one
// use, so they are made anew for each request.
import { systemRandom } from '../../src-main/base/random.ts';
import { CALL, frame } from '../../src-main/practice/iicp/framing.ts';
import { sealRequest } from '../../src-main/practice/iicp/sealing.ts';

export const MODEL = 'bench-1b';
export const CHAT = 'urn:iicp:intent:llm:chat:v1';
const TASK = 'bench';

export interface Recipient {
  readonly key: string;
  readonly key_id: string;
}

export type Qos = 'interactive' | 'best-effort';

export type Wrapping =
  | { readonly kind: 'bare' }
  /** Without a class of urgency: interactive, which waits for a slot. */
  | { readonly kind: 'task'; readonly qos?: Qos }
  | { readonly kind: 'sealed'; readonly recipient: Recipient }
  /** A call in native framing, which has no nonce. */
  | { readonly kind: 'native' }
  /** These in turn, as they are, each on a connection of its own; what is wrong with them is their point. */
  | { readonly kind: 'raw'; readonly texts: readonly string[] };

/** A chat whose JSON has `bytes` bytes, or as few as a short question takes. */
function chat(bytes: number): string {
  const text = (content: string) =>
    JSON.stringify({ model: MODEL, messages: [{ role: 'user', content }], max_tokens: 64 });
  const short = 'What is a hearth, in one short sentence?';
  const room = bytes - text(short).length;
  return text(room > 0 ? `${short}${' And of what is it built?'.repeat(room)}`.slice(0, short.length + room) : short);
}

/** One request's body: `front` differs from request to request, `back` is the same for all. */
export interface Body {
  readonly front: string;
  readonly back: Buffer;
}

/** Makes bodies whose chat has `bytes` bytes; all of one maker have the same length. */
export function bodyMaker(wrapping: Wrapping, bytes: number): () => Body {
  const payload = chat(bytes);
  if (wrapping.kind === 'bare') {
    const body = { front: '', back: Buffer.from(payload) };
    return () => body;
  }
  if (wrapping.kind === 'native') {
    const call = frame(CALL, [
      [15, TASK],
      [3, CHAT],
      [5, Buffer.from(payload)],
    ]);
    return () => ({ front: '', back: call });
  }
  if (wrapping.kind === 'raw') {
    const all = wrapping.texts.map((text) => ({ front: '', back: Buffer.from(text, 'latin1') }));
    let next = 0;
    return () => all[next++ % all.length]!;
  }
  const qos = wrapping.kind === 'task' ? (wrapping.qos ?? 'interactive') : 'interactive';
  const facts = `"task_id":"${TASK}","intent":"${CHAT}","constraints":{"qos":"${qos}"}`;
  if (wrapping.kind === 'task') {
    const back = Buffer.from(`",${facts},"payload":${payload}}`);
    return () => ({ front: `{"nonce":"${freshNonce()}`, back });
  }
  const back = Buffer.from('}');
  return () => {
    const keys = { ephemeralKey: systemRandom.bytes(32), nonce: systemRandom.bytes(12) };
    const { envelope } = sealRequest({
      recipient: wrapping.recipient,
      taskId: TASK,
      intent: CHAT,
      payload,
      ...keys,
    });
    const front = `{"nonce":"${freshNonce()}",${facts},"cx_response_encryption":"required","iicp_conf":${JSON.stringify(envelope)}`;
    return { front, back };
  };
}

let counter = 0;
/** Tells the nonces of several load generators apart. */
const ours = (process.pid % 1_679_616).toString(36).padStart(4, '0');

function freshNonce(): string {
  counter += 1;
  return `bench-${ours}-${counter.toString(36).padStart(8, '0')}`;
}
