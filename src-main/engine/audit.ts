// What they could see: searches all that Hearth leaves on this disk for words of a prompt, and for what could be spent of the wallet. The
// words come from the user, or from a rehearsal whose prompt has a marker that is nowhere else; the folder of its node is searched before it is removed.

import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { reasonFor } from '../../src-i18n/reason.ts';
import type { AuditView } from '../../src-preload/contract/audit.ts';
import type { RehearsalView } from '../../src-preload/contract/rehearsal.ts';
import type { Clock } from '../base/clock.ts';
import { HearthError, toReason } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import { type ScanTerm, scanTermsFor } from '../diagnostics/scan-terms.ts';
import { type Searched, search } from '../diagnostics/search.ts';
import type { Rehearsal } from './rehearsal.ts';

export interface AuditDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly rehearsal: Pick<Rehearsal, 'run'>;
  /** What of the wallet must lie nowhere but sealed; nothing where there is none. */
  readonly walletSecrets: () => Promise<readonly string[]>;
}

export interface AuditOptions {
  readonly dataDir: string;
  /** Of files of ours outside of it. */
  readonly besides: readonly string[];
}

const MARKER = -1;
const WALLET = -2;

export class Audit {
  readonly #deps: AuditDeps;
  readonly #options: AuditOptions;
  readonly #stop = new AbortController();
  #running: Promise<unknown> | undefined;

  constructor(deps: AuditDeps, options: AuditOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  /** Rejects with `audit.running` or `audit.stopped`. */
  async run(input: { readonly fragments: readonly string[]; readonly rehearse: boolean }): Promise<AuditView> {
    if (this.#running) {
      throw new HearthError({
        code: 'audit.running',
        category: 'conflict',
        message: 'The disk is being searched already. Wait until that has ended.',
      });
    }
    const running = this.#run(input);
    this.#running = running;
    try {
      return await running;
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
      throw new HearthError({ code: 'audit.stopped', category: 'cancelled', message: 'The search was stopped.' });
    } finally {
      this.#running = undefined;
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running?.catch(() => undefined);
  }

  async #run({ fragments, rehearse }: { readonly fragments: readonly string[]; readonly rehearse: boolean }) {
    const { clock } = this.#deps;
    const [at, began] = [clock.now(), clock.monotonic()];
    const secrets = await this.#deps.walletSecrets();
    const given = [
      ...fragments.flatMap((text, index) => scanTermsFor(index, text)),
      ...secrets.flatMap((text) => scanTermsFor(WALLET, text)),
    ];
    const rehearsed = rehearse ? await this.#rehearse(given) : undefined;
    const scanTerms = [...given, ...(rehearsed?.scanTerms ?? [])];
    const here = await search(await this.#places(), scanTerms, this.#stop.signal);
    const all = rehearsed?.searched ? merged(rehearsed.searched, here) : here;
    const outcome = rehearsed?.outcome ?? { state: 'no' as const, reason: reasonFor('audit.not-rehearsed') };
    return {
      at,
      took: clock.monotonic() - began,
      clean: all.found.length === 0 && all.left.length === 0 && outcome.state !== 'failed',
      ...all,
      rehearsed: outcome,
    } satisfies AuditView;
  }

  async #rehearse(given: readonly ScanTerm[]) {
    const marker = `hearth-audit-${this.#deps.random.bytes(12).toString('hex')}`;
    const scanTerms = scanTermsFor(MARKER, marker);
    let searched: Searched | undefined;
    let card: RehearsalView;
    try {
      card = await this.#deps.rehearsal.run(undefined, {
        marker,
        look: async (folder) => {
          searched = await search([folder], [...given, ...scanTerms], this.#stop.signal).catch(() => undefined);
        },
      });
    } catch (error) {
      this.#stop.signal.throwIfAborted();
      const reason = error instanceof HearthError ? toReason(error) : reasonFor('audit.rehearsal-failed');
      return { scanTerms, searched, outcome: { state: 'failed' as const, reason } };
    }
    const answered = card.checks.some(({ name, state }) => name === 'answered' && state === 'ok');
    const failed = card.checks.find(({ state }) => state === 'failed');
    if (!answered || !searched) {
      return {
        scanTerms,
        searched,
        outcome: { state: 'failed' as const, reason: failed?.reason ?? reasonFor('audit.not-searched') },
      };
    }
    const reason = reasonFor('audit.rehearsed', { model: card.model ?? '' });
    return { scanTerms, searched, outcome: { state: 'yes' as const, reason } };
  }

  /** The data folder with its logs, what lies beside it, and what a run may have left in the temporary folder. */
  async #places(): Promise<string[]> {
    const { dataDir, besides } = this.#options;
    const names = await readdir(tmpdir()).catch(() => []);
    const temporary = names.filter((name) => /^hearth-(rehearsal|\d)/.test(name)).map((name) => join(tmpdir(), name));
    // A data folder may lie in the temporary folder itself.
    return [dataDir, ...besides, ...temporary.filter((path) => !`${dataDir}/`.startsWith(`${path}/`))].filter(
      (path, index, all) => all.indexOf(path) === index && dirname(path) !== path,
    );
  }
}

function merged(one: Searched, other: Searched): Searched {
  return {
    looked: [...one.looked, ...other.looked],
    found: [...one.found, ...other.found],
    left: [...one.left, ...other.left],
  };
}
