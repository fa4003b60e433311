// One customer, once: rents what is on offer, opens it, asks how it stands, lengthens its time, and leaves; it is gone when its time is over.

import { request } from 'node:http';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { startMint } from '../mint/mint.ts';
import { startRelay } from '../nostr/relay.ts';
import type { StartRehearsal } from '../practice.ts';
import { PaygressCustomer } from './customer.ts';
import { isOpen, templatesOf } from './guest.ts';
import { MACHINE } from './machine.ts';
import type { Answer, SeenProvider } from './words.ts';

/** A sat a second, so that a few seconds can be paid for exactly. */
const RATE_MSAT = 1000;
const SECONDS = 30;
const MORE_SECONDS = 5;
/** Who asks again sooner may take the last answer for the next, as official programs do. */
const APART_MS = 7000;
const POCKET_SATS = 100;
const LOOK_MS = 200;
const OPEN_MS = 2000;
const HERE = '127.0.0.1';
/** No router leads anybody there, as it may to those that are sold. */
const PORTS = { 'networks.paygress.portFrom': 30_900, 'networks.paygress.portTo': 30_999 };
const LENT = [
  'capacity.cpuMillicores',
  'capacity.memoryMiB',
  'capacity.diskMiB',
  'capacity.boxMbit',
  'capacity.boxGigabytes',
  'backends.boxInternet',
];

type Access = Extract<Answer, { readonly is: 'access' }>;

interface Seen {
  template: string;
  offered: boolean;
  rented: boolean;
  used: boolean;
  lengthened: boolean;
  ended: boolean;
  failure: string | undefined;
}

export const rehearse: StartRehearsal = async (deps, own) => {
  const relay = await startRelay(deps);
  const mint = await startMint(deps, { paysItself: true }).catch(async (error: unknown) => {
    await relay.stop();
    throw error;
  });
  const stop = new AbortController();
  const seen: Seen = {
    template: '',
    offered: false,
    rented: false,
    used: false,
    lengthened: false,
    ended: false,
    failure: undefined,
  };
  let visiting: Promise<void> = Promise.resolve();
  const specs = own('networks.paygress.specs') as readonly (typeof MACHINE)[];
  return {
    by: 'engine',
    mint: mint.url,
    template: () => seen.template,
    settings: {
      ...Object.fromEntries(LENT.map((path) => [path, own(path)])),
      ...PORTS,
      'networks.paygress.relays': [relay.url],
      'networks.paygress.address': HERE,
      'networks.paygress.leastSeconds': MORE_SECONDS,
      'networks.paygress.specs': (specs.length > 0 ? specs : [MACHINE]).map((spec) => ({
        ...spec,
        rateMsat: RATE_MSAT,
      })),
    },
    steps: {
      offered: () => seen.offered,
      rented: () => seen.rented,
      used: () => seen.used,
      lengthened: () => seen.lengthened,
      ended: () => seen.ended,
    },
    order() {
      const options = { relays: [relay.url], mint: mint.url };
      visiting = visit({ ...deps, signal: stop.signal }, options, seen).catch((error: unknown) => {
        if (!stop.signal.aborted) seen.failure = error instanceof Error ? error.message : 'failed';
      });
    },
    failure: () => seen.failure,
    async stop() {
      stop.abort(new Error('the rehearsal is over'));
      await mint.stop();
      await relay.stop();
      await visiting;
    },
  };
};

interface VisitDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/** Rejects with what came instead of what was asked for. */
async function visit(
  deps: VisitDeps,
  options: { readonly relays: readonly string[]; readonly mint: string },
  seen: Seen,
): Promise<void> {
  const { clock, signal } = deps;
  const customer = await PaygressCustomer.open(deps, options);
  const end = () => customer.close();
  signal.addEventListener('abort', end, { once: true });
  try {
    await customer.purse.fill(POCKET_SATS);
    const provider = await until(deps, async () => (await customer.providers()).find(isOpen));
    seen.offered = true;
    const { template, access } = await rent(customer, provider, signal);
    seen.template = template;
    seen.rented = true;
    await until(deps, async () => (await opens(access)) || undefined);
    seen.used = true;
    await clock.sleep(APART_MS, signal);
    const { answer } = await customer.topUp(provider.key, access.pod, MORE_SECONDS);
    if (answer.is !== 'topup') throw new Error(inWords(answer));
    seen.lengthened = true;
    await clock.sleep(Math.max(0, answer.expiresAt - clock.now()), signal);
    await until(deps, async () => !(await opens(access)) || undefined);
    const status = await customer.status(provider.key, access.pod);
    if (status.is !== 'status' || status.status !== 'Expired') throw new Error(inWords(status));
    seen.ended = true;
  } finally {
    signal.removeEventListener('abort', end);
    customer.close();
  }
}

/** Not each machine has the room for each template: the first that is made will do. */
async function rent(
  customer: PaygressCustomer,
  provider: SeenProvider,
  signal: AbortSignal,
): Promise<{ readonly template: string; readonly access: Access }> {
  let last: Answer = { is: 'silence' };
  for (const template of templatesOf(provider)) {
    for (const { id } of provider.specs) {
      signal.throwIfAborted();
      const paid = await customer.spawn(provider.key, SECONDS, { spec: id, template });
      last = paid.answer;
      if (last.is === 'access') return { template, access: last };
      if (last.is !== 'error' || last.type !== 'invalid_spec') throw new Error(inWords(last));
      await customer.claim(paid);
    }
  }
  throw new Error(inWords(last));
}

/** Whether anything answers at the first of its ports: a status of HTTP, whatever it says. */
function opens({ ports, sshPort }: Access): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ host: HERE, port: ports[0]?.host ?? sshPort, timeout: OPEN_MS, agent: false }, (reply) => {
      reply.destroy();
      resolve(true);
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve(false));
    asked.end();
  });
}

async function until<T>({ clock, signal }: VisitDeps, look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await clock.sleep(LOOK_MS, signal);
  }
}

function inWords(answer: Answer): string {
  if (answer.is === 'error') return `${answer.type}: ${answer.message}`;
  return answer.is === 'silence' ? 'no answer' : `an answer that is none (${answer.is})`;
}
