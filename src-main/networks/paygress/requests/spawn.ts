// A machine is asked for. All that is free is checked first, then a place is reserved, then the lease goes its way: nobody is asked for a
// sat before it is certain that the machine is there.

import { createHash } from 'node:crypto';
import { HearthError } from '../../../base/errors.ts';
import type { Letter } from '../../../nostr/envelope.ts';
import type { WeighedToken } from '../../../wallet/network-wallet.ts';
import { NOTHING } from '../../../work/resources.ts';
import type { BoxNeeds } from '../../boxes.ts';
import { boxOf, type Catalog, type Order, order, portsOf } from '../catalog.ts';
import { type Role, roleOf } from '../durable/role.ts';
import { newSlot } from '../durable/standby.ts';
import type { DurablePlan, DurableStore } from '../durable/store.ts';
import { ADMISSION } from '../leases/bounds.ts';
import { type LeaseDeps, NETWORK } from '../leases/deps.ts';
import { leaseHandlers } from '../leases/handlers.ts';
import type { Kept, Leases } from '../leases/leases.ts';
import { bought } from '../leases/price.ts';
import type { LeasePort } from '../leases/store.ts';
import { Refusal, refusalBy, refusalOf } from '../refusal.ts';
import type { SpawnRequest } from '../wire/request.ts';

export interface SpawnDeps extends LeaseDeps {
  readonly leases: Leases;
  readonly catalog: Catalog;
  /** Of this node, hex. */
  readonly publicKey: string;
  /** Why nothing is sold now; undefined: it is. */
  readonly closed: () => string | undefined;
  /** No other program has it. */
  readonly isPortFree: (port: number) => Promise<boolean>;
  readonly durable: DurableStore;
  /** Whether this provider's heartbeats are heard, so that others can take over from it and it from others. */
  readonly isHeard: () => boolean;
  /** The shortest time that is sold. */
  readonly leastSeconds: () => number;
}

/** For a box to be made and the mint to answer, before the time that is paid for begins. */
const BEFORE_MS = 150_000;
const PASSWORD_LENGTH = 16;
const LETTERS = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const DAY_S = 86_400;

export class Spawning {
  readonly #deps: SpawnDeps;
  /** Given to a request that has not written them down yet. */
  readonly #portsHeld = new Set<number>();

  constructor(deps: SpawnDeps) {
    this.#deps = deps;
  }

  /** Reserves it. Answers its number, once it is on disk. Throws Refusal with nothing left, and nothing asked of the token's mint but its state. */
  async reserve(letter: Letter, request: SpawnRequest): Promise<number> {
    const { catalog, store } = this.#deps;
    this.#assertOpen();
    const plan = this.#planOf(request);
    if (request.workload_id !== undefined) {
      const lease = store.byWorkload(letter.from, request.workload_id);
      if (lease && lease.endedAs === null) {
        throw new Refusal('duplicate_request', 'You have a machine for this workload already. Top it up instead.');
      }
    }
    const wanted = order(catalog, request, () => this.#newPassword());
    const { token, seconds } = await this.#weighed(request.cashu_token, wanted.spec.rateMsat);
    // What was true before the mint was asked may have changed meanwhile.
    this.#assertOpen();
    if (plan) this.#assertHeard(plan);
    return this.#reserve(letter, request, { ...wanted, plan }, token, seconds);
  }

  #assertOpen(): void {
    const why = this.#deps.closed();
    if (why !== undefined) throw new Refusal('no_capacity', why);
  }

  /** undefined: it is asked of this provider alone. Throws Refusal. */
  #planOf(request: SpawnRequest): DurablePlan | undefined {
    const role = roleOf(request, this.#deps.publicKey);
    if (role.is === 'refused') throw new Refusal(role.why, NO_ROLE[role.why]);
    const plan = planOf(role, request.workload_id);
    if (plan) this.#assertHeard(plan);
    return plan;
  }

  #assertHeard({ workload }: DurablePlan): void {
    const { durable, isHeard } = this.#deps;
    if (durable.isTaken(workload)) {
      throw new Refusal('duplicate_request', 'A workload of that name is here already. Choose another name.');
    }
    if (!isHeard()) {
      throw new Refusal(
        'no_capacity',
        'Too few relays take this provider’s heartbeats now, so no standby could rely on them. Your token was not touched.',
      );
    }
  }

  async #weighed(text: string, rateMsat: number): Promise<{ readonly token: WeighedToken; readonly seconds: number }> {
    const { wallet, store, leastSeconds } = this.#deps;
    const token = await weigh(wallet, text);
    const known = store.byFingerprint(token.fingerprint);
    if (known) throw alreadyHere(known.state === 'asked');
    if (token.state === 'spent') throw refusalBy('wallet.token-spent');
    if (token.state === 'pending') throw new Refusal('token_pending', PENDING);
    const { seconds } = bought(token.amountMsat - token.feeMsat, 0, rateMsat);
    const least = leastSeconds();
    if (seconds < least) {
      throw new Refusal(
        'insufficient_payment',
        `After its mint's fee this token pays for ${Math.max(0, seconds)} seconds, and ${least} are the least. Your token was not touched.`,
      );
    }
    if (seconds > ADMISSION.leaseS) {
      throw new Refusal(
        'no_capacity',
        `No more than ${ADMISSION.leaseS / DAY_S} days are sold at once. Your token was not touched.`,
      );
    }
    return { token, seconds };
  }

  async #reserve(
    letter: Letter,
    request: SpawnRequest,
    wanted: Order & { readonly plan: DurablePlan | undefined },
    token: WeighedToken,
    seconds: number,
  ): Promise<number> {
    const { clock, random, slots, boxes, work, leases, store, seal, durable, outside } = this.#deps;
    const { spec, recipe, password, volumeKey, plan } = wanted;
    const ports = await this.#choosePorts(wanted);
    const box = `lease-${random.id().slice(0, 18)}`;
    const kept: Kept = {
      box: boxOf(box, wanted, ports),
      password: recipe.sshPort === undefined && !recipe.passwordEnv ? null : password,
      healthPort: recipe.healthPort ?? null,
    };
    let needs: BoxNeeds;
    try {
      needs = await boxes.needs(kept.box);
    } catch {
      this.#letGo(ports);
      throw new Refusal('backend_error', 'The machine could not be made. Your token was not touched.');
    }
    const paidUntil = clock.now() + seconds * 1000;
    const { elsewhere = false, ...resources } = needs;
    const until = paidUntil + BEFORE_MS;
    const claim = slots.tryClaim(resources, { network: NETWORK, kind: 'lease', until, elsewhere });
    if (!claim) {
      this.#letGo(ports);
      throw new Refusal('no_capacity', this.#whyNot(paidUntil));
    }
    const numbers = ports.map(({ port }) => port);
    if (!(await outside.open(numbers))) {
      claim.release();
      this.#letGo(ports);
      throw new Refusal(
        'provisioning_error',
        'This provider’s router does not open the ports of the machine now. Your token was not touched.',
      );
    }
    const now = clock.now();
    let number = 0;
    try {
      const running = await work.open(
        {
          network: NETWORK,
          kind: 'lease',
          ref: letter.id,
          what: recipe.name.slice(0, 255),
          lease: { paidUntil: paidUntil + BEFORE_MS, spec: spec.name, customer: letter.from || null },
        },
        claim,
        leaseHandlers(this.#deps, () => number),
        (job) => {
          number = job;
          return [
            ...store.reserve(
              {
                job,
                box,
                owner: letter.from,
                way: letter.by,
                workload: request.workload_id ?? null,
                spec: {
                  id: spec.id,
                  name: spec.name,
                  description: spec.description,
                  cpuMillicores: spec.cpuMillicores,
                  memoryMiB: spec.memoryMiB,
                  diskMiB: spec.diskMiB,
                  ...(spec.gpuMiB !== undefined && { gpuMiB: spec.gpuMiB }),
                },
                image: recipe.name,
                rateMsat: spec.rateMsat,
                sealed: seal.seal(JSON.stringify(kept)),
                createdAt: now,
                paidUntil: paidUntil + BEFORE_MS,
              },
              ports,
              outside.wanted,
            ),
            store.ask({
              id: letter.id,
              owner: letter.from,
              way: letter.by,
              kind: 'spawn',
              askedAt: letter.at,
              at: now,
              token: tokenDigest(request.cashu_token),
              job,
            }),
            store.pay({ fingerprint: token.fingerprint, job, request: letter.id, kind: 'spawn' }, now),
            ...(plan ? [durable.reserve(job, plan, beginning(plan, now), now)] : []),
          ];
        },
      );
      leases.opened(running, {
        text: request.cashu_token,
        leastMsat: seconds * spec.rateMsat,
        volumeKey,
      });
      return running.id;
    } catch (error) {
      outside.close(numbers);
      if (!(error instanceof HearthError)) throw error;
      // Between the look and the commit somebody else has used the token, or taken the workload's name.
      if (error.code === 'storage.conflict') throw alreadyHere(true);
      throw new Refusal('backend_error', 'This provider can’t keep its books now. Your token was not touched.');
    } finally {
      this.#letGo(ports);
    }
  }

  /** The lowest that are free. Throws Refusal. */
  async #choosePorts({ recipe }: Order): Promise<readonly LeasePort[]> {
    const { outside, isPortFree, store } = this.#deps;
    const [from, to] = outside.range();
    const chosen: LeasePort[] = [];
    let next = from;
    for (const { port: boxPort, label } of portsOf(recipe)) {
      let port: number | undefined;
      while (port === undefined && next <= to) {
        const candidate = next++;
        if (this.#portsHeld.has(candidate) || store.portsTaken(candidate, candidate).has(candidate)) continue;
        // Held while it is asked for, so that nobody else asks for the same.
        this.#portsHeld.add(candidate);
        if (await isPortFree(candidate)) port = candidate;
        else this.#portsHeld.delete(candidate);
      }
      if (port === undefined) {
        this.#letGo(chosen);
        throw new Refusal('provisioning_error', 'All ports of this provider are taken. Your token was not touched.');
      }
      chosen.push({ port, boxPort, label });
    }
    return chosen;
  }

  #letGo(ports: readonly LeasePort[]): void {
    for (const { port } of ports) this.#portsHeld.delete(port);
  }

  #whyNot(paidUntil: number): string {
    const { slots } = this.#deps;
    const short = slots.tryClaim(NOTHING, { network: NETWORK, kind: 'lease', until: paidUntil + BEFORE_MS });
    short?.release();
    return short
      ? 'All places are taken. Your token was not touched.'
      : 'This provider’s hours end before so much time is over. Pay for less. Your token was not touched.';
  }

  #newPassword(): string {
    const { random } = this.#deps;
    return Array.from({ length: PASSWORD_LENGTH }, () => LETTERS[random.int(LETTERS.length)]).join('');
  }
}

const NO_ROLE: Readonly<Record<Extract<Role, { is: 'refused' }>['why'], string>> = {
  not_addressed: 'This provider is neither the primary nor a standby of that workload.',
  missing_workload_id: 'A workload with standbys needs a name, by which its providers know it.',
  invalid_request: 'A workload with standbys needs a primary, and names each provider once.',
};

function planOf(role: Exclude<Role, { is: 'refused' }>, workload: string | undefined): DurablePlan | undefined {
  if (role.is === 'standby') {
    const { primary, index, peers } = role;
    return { role: 'standby', workload: role.workload, primary, index, peers };
  }
  const { standbys } = role;
  return workload === undefined || standbys.length === 0 ? undefined : { role: 'primary', workload, standbys };
}

const beginning = ({ role }: DurablePlan, now: number) =>
  role === 'primary' ? ({ is: 'provisioning' } as const) : newSlot(now);

export const PENDING = 'This token is being spent somewhere else at this moment.';

/** What a token says of itself and its mint of it. Throws Refusal. */
export async function weigh(wallet: LeaseDeps['wallet'], text: string): Promise<WeighedToken> {
  try {
    return await wallet.weigh(text);
  } catch (error) {
    throw refusalOf(error);
  }
}

export function alreadyHere(underWay: boolean): Refusal {
  return underWay
    ? new Refusal('token_pending', PENDING)
    : new Refusal('token_already_spent', 'This token was spent before, at this provider.');
}

/** The same request by the same customer is known by it before its mint is asked. */
export function tokenDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
