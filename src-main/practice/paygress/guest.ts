// A customer that keeps coming: rents what is on offer, asks how it stands, tops up, and lets it run out; then it is another customer.

import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import { PaygressCustomer } from './customer.ts';
import type { Answer, SeenProvider } from './words.ts';

export interface GuestDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface GuestOptions {
  readonly relays: readonly string[];
  readonly mint: string;
  /** How long it rents, and by how much it lengthens that. */
  readonly seconds?: number;
  readonly moreSeconds?: number;
  /** Between two looks for a provider. */
  readonly everyMs?: number;
}

export interface Guest {
  /** What was asked and what came back, oldest first. */
  readonly seen: readonly Visit[];
  /** May be called twice. */
  stop(): Promise<void>;
}

export type Visit = readonly [asked: 'spawn' | 'status' | 'topup', answer: Answer];

const POCKET_SATS = 10_000;
const EVERY_MS = 5000;
const SECONDS = 60;
const MORE_SECONDS = 30;
/** How much of its time is over when it asks again. */
const PART = 0.25;
const MOST_SEEN = 100;
const MSAT = 1000;

export function startGuest(deps: GuestDeps, options: GuestOptions): Guest {
  const { clock, logger } = deps;
  const { relays, mint, everyMs = EVERY_MS } = options;
  const stop = new AbortController();
  const seen: Visit[] = [];
  const note = (...visit: Visit) => {
    seen.push(visit);
    if (seen.length > MOST_SEEN) seen.shift();
  };
  const once = async (round: number) => {
    const customer = await PaygressCustomer.open(deps, { relays, mint });
    try {
      await untilStopped(visit({ ...deps, customer, round, note, signal: stop.signal }, options), stop.signal);
    } finally {
      customer.close();
    }
  };
  const run = async () => {
    for (let round = 0; ; round += 1) {
      await clock.sleep(everyMs, stop.signal);
      await once(round).catch((error: unknown) => {
        if (!stop.signal.aborted) logger.info('practice customer got nothing', { error });
      });
    }
  };
  const running = run().catch(() => undefined); // ends by the signal alone
  return {
    seen,
    async stop() {
      stop.abort(new Error('practice has stopped'));
      await running;
    },
  };
}

interface VisitDeps extends GuestDeps {
  readonly customer: PaygressCustomer;
  readonly round: number;
  readonly note: (...visit: Visit) => void;
  readonly signal: AbortSignal;
}

async function visit(
  { clock, customer, round, note, signal }: VisitDeps,
  { seconds = SECONDS, moreSeconds = MORE_SECONDS }: GuestOptions,
): Promise<void> {
  const provider = (await customer.providers()).find(isOpen);
  if (!provider) return;
  const { key, specs } = provider;
  const templates = templatesOf(provider);
  // Not each machine has the room for each template, so that all are tried in turn.
  const spec = specs[round % specs.length]!;
  const template = templates[Math.floor(round / specs.length) % templates.length]!;
  const costs = (time: number) => Math.ceil((spec.msatsPerSecond * time) / MSAT);
  await customer.purse.fill(POCKET_SATS);
  const rented = await customer.spawn(key, costs(seconds), { spec: spec.id, template });
  note('spawn', rented.answer);
  if (rented.answer.is !== 'access') return;
  const { pod, expiresAt } = rented.answer;
  await clock.sleep(seconds * PART * MSAT, signal);
  note('status', await customer.status(key, pod));
  await clock.sleep(seconds * PART * MSAT, signal);
  const { answer } = await customer.topUp(key, pod, costs(moreSeconds));
  note('topup', answer);
  const end = answer.is === 'topup' ? answer.expiresAt : expiresAt;
  await clock.sleep(Math.max(0, end - clock.now()), signal);
}

/** Words of an offer that name no template. */
const ENGINES = ['podman', 'docker', 'lxd', 'incus', 'kvm', 'proxmox', 'paused', 'no-internet'];

export const templatesOf = ({ capabilities }: SeenProvider) => capabilities.filter((word) => !ENGINES.includes(word));

/** Something can be rented there now. */
export function isOpen(provider: SeenProvider): boolean {
  const { capabilities, freeCpu = 0, specs } = provider;
  return !capabilities.includes('paused') && freeCpu > 0 && specs.length > 0 && templatesOf(provider).length > 0;
}

/** Who waits for an answer does not see that practice stops. */
function untilStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
