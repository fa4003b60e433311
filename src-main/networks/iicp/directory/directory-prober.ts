// The directory as the one who tries our address from outside (IICP 1.4, `GET /v1/probe`). It connects and tells; it carries no
// nonce, so whether it was us who answered is judged by what arrived here meanwhile.

import type { OutsideProber, OutsideTarget, ProbeResult } from '../../../reachability/prober.ts';
import type { DirectoryRefused } from '../errors.ts';

export interface Prober {
  /** Undefined: this directory does not probe, or not now. Rejects only with the signal's reason. */
  probe(host: string, port: number, signal: AbortSignal): Promise<{ readonly reachable: boolean } | undefined>;
  /** Why no answer comes from there; undefined: one does. Rejects only with the signal's reason. */
  silence(signal: AbortSignal): Promise<DirectoryRefused | undefined>;
}

export class DirectoryProber implements OutsideProber {
  readonly name: string;
  readonly #directory: Prober;
  readonly #silent: ((why: DirectoryRefused) => void) | undefined;

  /** `silent` is called each time that it does not answer. */
  constructor(directory: Prober, url: string, silent?: (why: DirectoryRefused) => void) {
    this.name = new URL(url).host;
    this.#directory = directory;
    this.#silent = silent;
  }

  async reach({ host, port }: OutsideTarget, signal: AbortSignal): Promise<ProbeResult> {
    const answer = await this.#directory.probe(host, port, signal);
    if (answer === undefined) return { kind: 'unknown' };
    return answer.reachable ? { kind: 'reached' } : { kind: 'not-reached', why: 'the directory could not connect' };
  }

  async answers(signal: AbortSignal): Promise<boolean> {
    const silence = await this.#directory.silence(signal).catch(() => undefined);
    if (silence) this.#silent?.(silence);
    return silence === undefined;
  }
}
