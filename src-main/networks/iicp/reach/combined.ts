// Several probers as one: asked in turn until one settles it. A nonce that arrived settles everything; the word of the user's
// own second Hearth comes before a directory's, and a directory's before that of strangers.

import type { Clock } from '../../../base/clock.ts';
import type { OutsideProber, OutsideTarget, ProbeResult } from '../../../reachability/prober.ts';

export interface Voice {
  readonly prober: OutsideProber;
  /** How long it is waited for, in milliseconds. */
  readonly withinMs: number;
  /** `own`: the user's; when it says no, only a nonce says otherwise. `stranger`: its no counts where no other prober knows. */
  readonly kind: 'own' | 'stranger' | 'directory';
}

export class CombinedProber implements OutsideProber {
  readonly #clock: Clock;
  readonly #voices: () => readonly Voice[];

  /** The voices in the order in which they are asked; who they are is looked up for each try. */
  constructor(clock: Clock, voices: () => readonly Voice[]) {
    this.#clock = clock;
    this.#voices = voices;
  }

  get name(): string {
    return this.#voices()
      .map(({ prober }) => prober.name)
      .join(', ');
  }

  async reach(target: OutsideTarget, signal: AbortSignal): Promise<ProbeResult> {
    let denied: ProbeResult | undefined;
    let doubted: ProbeResult | undefined;
    for (const voice of this.#voices()) {
      // A connection alone, without a nonce, says nothing against the user's own prober.
      if (denied && voice.kind === 'directory') continue;
      const probeResult = await this.#ask(voice, target, signal);
      if (probeResult.kind === 'unknown') continue;
      if (probeResult.kind === 'reached' && (probeResult.nonce || !denied)) return probeResult;
      if (voice.kind === 'own') denied = probeResult;
      else if (voice.kind === 'directory') return probeResult;
      else doubted ??= probeResult;
    }
    return denied ?? doubted ?? { kind: 'unknown' };
  }

  /** One that answers is enough. */
  async answers(signal: AbortSignal): Promise<boolean> {
    const answers = await Promise.all(this.#voices().map(async ({ prober }) => await prober.answers?.(signal)));
    return answers.some((answered) => answered === true) || answers.every((answered) => answered === undefined);
  }

  /** Rejects only with the signal's reason. */
  async #ask({ prober, withinMs }: Voice, target: OutsideTarget, signal: AbortSignal): Promise<ProbeResult> {
    const late = new AbortController();
    const cancel = this.#clock.after(withinMs, () => late.abort(new DOMException('no answer in time', 'TimeoutError')));
    const bounded = AbortSignal.any([signal, late.signal]);
    try {
      const probeResult = await Promise.race([prober.reach(target, bounded), aborted(bounded)]);
      return probeResult.kind === 'unknown' ? probeResult : { by: prober.name, ...probeResult };
    } catch {
      if (signal.aborted) throw signal.reason;
      return { kind: 'unknown' };
    } finally {
      cancel();
    }
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
