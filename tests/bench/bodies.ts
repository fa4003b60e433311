// What is sent: the same chat for everybody, wrapped as a task for ours. A task's nonce and a sealed payload are good for one
// use, so they are made anew for each request.
import { systemRandom } from '../../src-main/base/random.ts';
import { sealRequest } from '../../src-main/practice/sealing.ts';

export const MODEL = 'bench-1b';
export const CHAT = 'urn:iicp:intent:llm:chat:v1';
const TASK = 'bench';

export interface Recipient {
  readonly key: string;
  readonly key_id: string;
}

export type Wrapping =
  | { readonly kind: 'bare' }
  | { readonly kind: 'task' }
  | { readonly kind: 'sealed'; readonly recipient: Recipient };

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
  const facts = `"task_id":"${TASK}","intent":"${CHAT}","constraints":{"qos":"interactive"}`;
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
