// The relays as workloads and places use them, by the pool.

import type { Clock } from '../../../base/clock.ts';
import { addressOf, type NostrEvent } from '../../../nostr/event.ts';
import type { RelayPool } from '../../../nostr/pool.ts';
import type { Filter } from '../../../nostr/relay-message.ts';
import type { EventTemplate } from '../../../nostr/signer.ts';
import type { HeartbeatAcks } from './acks.ts';
import type { Answers } from './look.ts';
import type { DurableRelays } from './ports.ts';
import { majority } from './times.ts';

export interface PoolRelaysDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly pool: Pick<RelayPool, 'ask' | 'publish' | 'outbox'>;
  /** With the key of this provider. */
  readonly own: string;
  readonly sign: (template: EventTemplate) => NostrEvent;
  readonly acks: HeartbeatAcks;
  /** Those that are chosen now, as their answers name them. */
  readonly relays: () => readonly string[];
  readonly beat: () => void;
  /** Epoch milliseconds: what was not taken by then is of no use to anybody. */
  readonly until: () => number;
  /** What could not be said, and will be again after the next start. */
  readonly failed: (error: unknown) => void;
}

export interface PoolRelays extends DurableRelays {
  end(): void;
}

export function poolRelays({ clock, pool, own, sign, acks, relays, beat, until, failed }: PoolRelaysDeps): PoolRelays {
  const waiting = new Map<string, () => void>();
  const off = pool.outbox.on('taken', ({ id, relay, enough }) => {
    acks.taken(id, relay);
    if (!enough) return;
    const taken = waiting.get(id);
    waiting.delete(id);
    taken?.();
  });
  // What replaces an earlier word has to be newer, even within its second.
  const newer = (template: EventTemplate): EventTemplate => {
    const now = Math.floor(clock.now() / 1000);
    const address = addressOf({ tags: [], ...template, pubkey: own, created_at: now });
    return { ...template, created_at: pool.outbox.nextAt(address ?? '', template.created_at ?? now) };
  };
  const answersTo = async (filters: readonly Filter[], done: (answers: Answers) => void): Promise<void> => {
    // One that was cut short has shown nothing.
    done(await pool.ask({ filters }).catch(() => ({ events: [], answered: [] })));
  };
  return {
    own,
    beat,
    quorumAgeMs: () => acks.quorumAgeMs(relays()),
    ask(filters, done) {
      void answersTo(filters, done);
    },
    say(template, taken, kept = () => undefined) {
      const event = sign(newer(template));
      waiting.set(event.id, taken);
      pool.publish(event, { wanted: majority(relays().length), until: until() }).then(kept, (error: unknown) => {
        waiting.delete(event.id);
        failed(error);
      });
    },
    end: off,
  };
}
