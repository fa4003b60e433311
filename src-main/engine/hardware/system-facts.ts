// What the system says of itself, its processor and its graphics cards, read in a thread of its own.

import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';

/** A name as some driver or firmware wrote it: shown, so it is bounded and of printable characters alone. */
const Name = z.string().transform((text) =>
  text
    .replace(/\p{C}+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 120),
);

const SystemFacts = z.object({
  name: Name,
  kernel: Name,
  cpu: Name,
  cores: z.number().int().positive().nullable().catch(null),
  cards: z
    .array(
      z.object({
        vendor: Name,
        name: Name,
        /** Where it is on the PCI bus, such as 01:00.0; anything else where the system has no such thing. */
        bus: Name,
        memoryMebibytes: z.number().nonnegative().nullable().catch(null),
        shared: z.boolean(),
        driver: Name.nullable(),
        metal: Name.nullable(),
      }),
    )
    .max(32),
});
export type SystemFacts = z.infer<typeof SystemFacts>;

/** Rejects where it breaks, tells something else, or does not tell before the signal. */
export function readSystemFacts(signal: AbortSignal): Promise<SystemFacts> {
  return new Promise((resolve, reject) => {
    // The same name in the sources and in the build, where all chunks of the main process lie in one folder.
    const thread = new Worker(join(import.meta.dirname, `hardware-thread${extname(import.meta.filename)}`), {
      name: 'hearth-hardware',
    });
    const end = () => void thread.terminate();
    signal.addEventListener('abort', end, { once: true });
    thread.once('message', (message: unknown) => {
      const facts = SystemFacts.safeParse(message);
      if (facts.success) resolve(facts.data);
      else reject(facts.error);
    });
    thread.once('error', reject);
    thread.once('exit', () => {
      signal.removeEventListener('abort', end);
      reject(signal.aborted ? signal.reason : new TypeError('the thread ended without a word'));
    });
  });
}
