// Friendly little tasks at random intervals, so that a practising node has something to do and its owner something to see.

import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { ConsumerError } from '../errors.ts';
import type { CallOptions, CallResult, Consumer } from './consumer.ts';

export interface TrafficOptions {
  /** Shortest and longest pause between two tasks, milliseconds. */
  readonly everyMs: readonly [number, number];
  /** Never more tasks than this at once. */
  readonly concurrency: number;
  readonly onResult?: (outcome: TrafficOutcome) => void;
}

export type TrafficOutcome =
  | { readonly ok: true; readonly result: CallResult }
  | { readonly ok: false; readonly error: unknown };

export interface Traffic {
  /** Ends the tasks under way and waits for them. May be called twice. */
  stop(): Promise<void>;
  /** Tasks that reached the point of being sent to a node. */
  sent(): number;
  succeeded(): number;
  failed(): number;
}

const CHAT = 'urn:iicp:intent:llm:chat:v1';
const EMBEDDING = 'urn:iicp:intent:llm:embedding:v1';
/** Every fourth task asks for embeddings. */
const EMBEDDING_EVERY = 4;

const QUESTIONS = [
  'What do you call the stones around a fire?',
  'Tell me a kind word for a neighbour who brought bread.',
  'How do I keep the embers warm until morning?',
  'Describe the first snow of the year in two sentences.',
  'Which wood burns slowly and smells good?',
  'Write a short toast for a small village feast.',
  'What should I plant beside the kitchen door?',
];

export function startTraffic(
  { clock, random, consumer }: { readonly clock: Clock; readonly random: Random; readonly consumer: Consumer },
  { everyMs: [shortest, longest], concurrency, onResult }: TrafficOptions,
): Traffic {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const counts = { sent: 0, succeeded: 0, failed: 0 };

  async function one(number: number): Promise<void> {
    let sent = false;
    const onSend = () => {
      sent = true;
      counts.sent++;
    };
    let outcome: TrafficOutcome;
    try {
      const result = await consumer.call({ ...question(number), signal: stopping.signal, onSend });
      counts.succeeded++;
      outcome = { ok: true, result };
    } catch (error) {
      // No node yet, or we are stopping: that is no failure.
      if (!sent || (error instanceof ConsumerError && error.code === 'practice.cancelled')) return;
      counts.failed++;
      outcome = { ok: false, error };
    }
    onResult?.(outcome);
  }

  async function run(): Promise<void> {
    let number = 0;
    for (;;) {
      await clock.sleep(shortest + random.int(Math.max(1, longest - shortest + 1)), stopping.signal);
      if (running.size >= concurrency) continue;
      // A listener's error is its own; the traffic goes on.
      const task = one(number++).catch(() => {});
      running.add(task);
      void task.then(() => running.delete(task));
    }
  }

  const loop = run().catch(() => {}); // ends by the signal alone
  return {
    async stop() {
      stopping.abort(new Error('the traffic was stopped'));
      await loop;
      await Promise.all(running);
    },
    sent: () => counts.sent,
    succeeded: () => counts.succeeded,
    failed: () => counts.failed,
  };
}

/** Task number `n`: the same every time. */
function question(n: number): CallOptions {
  const text = QUESTIONS[n % QUESTIONS.length] as string;
  if (n % EMBEDDING_EVERY === EMBEDDING_EVERY - 1) {
    return { intent: EMBEDDING, payload: { input: [text, `Guest number ${n}`] }, qos: 'batch' };
  }
  const messages = [
    { role: 'system', content: 'You sit by a hearth and answer warmly and briefly.' },
    { role: 'user', content: `${text} (guest ${n})` },
  ];
  return { intent: CHAT, payload: { messages }, maxTokens: 16 + (n % 4) * 16, qos: 'interactive' };
}
