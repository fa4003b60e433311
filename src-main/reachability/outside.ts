// Keeps asking outside whether our addresses are reached: after each change, again soon where they were not, and every now and then
// where they were. A router that says yes proves nothing; this does.

import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import type { OutsideProber, ProbeResult } from './prober.ts';

export interface OutsideAddress {
  readonly host: string;
  readonly port: number;
}

export interface OutsideWay extends OutsideAddress {
  /** That a prober could connect is not enough, it has to have come in here: another computer may have the same address. */
  readonly mustArrive: boolean;
  /** What leads in there. Where that becomes something else, what was found out before says nothing. */
  readonly through: string;
}

/** The last try at an address. Times in epoch milliseconds. */
export interface OutsideResult {
  readonly address: string;
  readonly probeResult: ProbeResult;
  readonly prober: string;
  readonly at: number;
  readonly tookMs: number;
  /** A stranger's connection arrived here meanwhile. */
  readonly seen: boolean;
  /** Tries in a row that did not reach it. */
  readonly failures: number;
}

export interface OutsideDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Called when a try has ended. */
  readonly tried: (result: OutsideResult) => void;
}

/** Time for several probers, one after the other. */
const TRY_MS = 20_000;
const AGAIN_MS = [10_000, 60_000, 300_000, 600_000];
const UNKNOWN_MS = 300_000;
const WELL_MS = { least: 15 * 60_000, span: 15 * 60_000 };
/** Between two tries of one address, however much there is to doubt. */
const APART_MS = 10_000;
/** What came in here may be noticed after what was said of it. */
const ARRIVAL_MS = 300;
/** More than a node has inbound addresses. */
const MOST = 16;

/** `host:port`, IPv6 in brackets. */
export function addressText({ host, port }: OutsideAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** How long until an address is tried again. */
export function restMs(probeResult: ProbeResult, failures: number, random: Random): number {
  if (probeResult.kind === 'reached') return WELL_MS.least + random.int(WELL_MS.span);
  if (probeResult.kind === 'unknown') return UNKNOWN_MS;
  return AGAIN_MS[Math.min(failures, AGAIN_MS.length) - 1] ?? AGAIN_MS[0]!;
}

interface Watched {
  readonly target: OutsideWay;
  readonly prober: OutsideProber;
  result: OutsideResult | undefined;
  cancel: () => void;
  trying: Promise<void> | undefined;
  seen: boolean;
}

export class OutsideChecks {
  readonly #deps: OutsideDeps;
  readonly #watched = new Map<string, Watched>();
  readonly #stop = new AbortController();

  constructor(deps: OutsideDeps) {
    this.#deps = deps;
  }

  /** From now on these addresses, tried by this prober; those that stay keep what was found out. Without a prober: none. */
  watch(targets: readonly OutsideWay[], prober: OutsideProber | undefined): void {
    const wanted = new Map((prober ? targets : []).slice(0, MOST).map((target) => [addressText(target), target]));
    for (const [text, watched] of this.#watched) {
      if (wanted.get(text)?.through === watched.target.through && watched.prober === prober) continue;
      watched.cancel();
      this.#watched.delete(text);
    }
    for (const [text, target] of wanted) {
      if (this.#watched.has(text) || !prober || this.#stop.signal.aborted) continue;
      const watched: Watched = { target, prober, result: undefined, cancel: () => {}, trying: undefined, seen: false };
      this.#watched.set(text, watched);
      this.#try(text, watched);
    }
  }

  result(target: OutsideAddress): OutsideResult | undefined {
    return this.#watched.get(addressText(target))?.result;
  }

  /** A connection from outside came in: evidence for whatever is being tried. */
  arrived(): void {
    for (const watched of this.#watched.values()) watched.seen = true;
  }

  /** Tries all of them now; resolves when that is done. */
  async tryNow(): Promise<void> {
    for (const [text, watched] of this.#watched) {
      watched.cancel();
      this.#try(text, watched);
    }
    await Promise.all([...this.#watched.values()].flatMap(({ trying }) => trying ?? []));
  }

  /** Tries them again now, or as soon as that is decent: what was found out may be so no more. */
  again(targets: readonly OutsideAddress[]): void {
    const { clock } = this.#deps;
    for (const text of new Set(targets.map(addressText))) {
      const watched = this.#watched.get(text);
      if (!watched?.result) continue;
      watched.cancel();
      const wait = Math.max(0, watched.result.at + APART_MS - clock.now());
      watched.cancel = clock.after(Math.min(wait, APART_MS), () => this.#try(text, watched));
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort(new DOMException('reachability stops', 'AbortError'));
    const trying = [...this.#watched.values()].flatMap((watched) => watched.trying ?? []);
    for (const { cancel } of this.#watched.values()) cancel();
    this.#watched.clear();
    await Promise.all(trying);
  }

  #try(text: string, watched: Watched): void {
    watched.trying ??= this.#ask(text, watched).finally(() => {
      watched.trying = undefined;
      if (this.#watched.get(text) !== watched || !watched.result) return;
      const { probeResult, failures } = watched.result;
      watched.cancel = this.#deps.clock.after(restMs(probeResult, failures, this.#deps.random), () =>
        this.#try(text, watched),
      );
    });
  }

  async #ask(text: string, watched: Watched): Promise<void> {
    const { clock, random, logger, tried } = this.#deps;
    const { target, prober } = watched;
    const { host, port } = target;
    const began = clock.monotonic();
    watched.seen = false;
    const within = new AbortController();
    const cancel = clock.after(TRY_MS, () => within.abort(new DOMException('no answer in time', 'TimeoutError')));
    const signal = AbortSignal.any([this.#stop.signal, within.signal]);
    let probeResult: ProbeResult;
    try {
      probeResult = await prober.reach({ host, port, nonce: random.bytes(16).toString('hex') }, signal);
    } catch (error) {
      if (!this.#stop.signal.aborted) logger.debug('a prober gave no answer', { error });
      probeResult = { kind: 'unknown' };
    } finally {
      cancel();
    }
    if (probeResult.kind === 'reached' && !probeResult.nonce && target.mustArrive)
      probeResult = await this.#held(probeResult, watched);
    if (this.#stop.signal.aborted || this.#watched.get(text) !== watched) return;
    const failures = probeResult.kind === 'not-reached' ? (watched.result?.failures ?? 0) + 1 : 0;
    const tookMs = Math.round(clock.monotonic() - began);
    const seen = watched.seen || (probeResult.kind === 'reached' && probeResult.nonce === true);
    const by = (probeResult.kind === 'unknown' ? undefined : probeResult.by) ?? prober.name;
    watched.result = { address: text, probeResult, prober: by, at: clock.now(), tookMs, seen, failures };
    tried(watched.result);
  }

  /** A prober that connects and carries nothing has met some computer. That it was us is only known where it came in here. */
  async #held(probeResult: ProbeResult & { kind: 'reached' }, watched: Watched): Promise<ProbeResult> {
    if (!watched.seen) await this.#deps.clock.sleep(ARRIVAL_MS, this.#stop.signal).catch(() => undefined);
    if (watched.seen) return probeResult;
    const by = probeResult.by === undefined ? {} : { by: probeResult.by };
    return { kind: 'not-reached', why: 'somebody else answered there', elsewhere: true, ...by };
  }
}
