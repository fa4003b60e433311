// The directory as the one who tries our address from outside (IICP 1.4, `GET /v1/probe`). It connects and tells; it carries no
// nonce, so whether it was us who answered is judged by what arrived here meanwhile.

import type { OutsideProber, OutsideTarget, ProbeResult } from '../../../reachability/prober.ts';

export interface Prober {
  /** Undefined: this directory does not probe, or not now. Rejects only with the signal's reason. */
  probe(host: string, port: number, signal: AbortSignal): Promise<{ readonly reachable: boolean } | undefined>;
}

export class DirectoryProber implements OutsideProber {
  readonly name: string;
  readonly #directory: Prober;

  constructor(directory: Prober, url: string) {
    this.name = new URL(url).host;
    this.#directory = directory;
  }

  async reach({ host, port }: OutsideTarget, signal: AbortSignal): Promise<ProbeResult> {
    const answer = await this.#directory.probe(host, port, signal);
    if (answer === undefined) return { kind: 'unknown' };
    return answer.reachable ? { kind: 'reached' } : { kind: 'not-reached', why: 'the directory could not connect' };
  }
}
