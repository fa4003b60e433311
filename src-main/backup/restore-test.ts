// The restore test: what came out of a backup, held against what the node has now. Pure comparisons, one sentence each.

import { reasonFor } from '../../src-i18n/reason.ts';
import {
  type BackupFacts,
  type NetworkIdentity,
  type RestoreTestCheck,
  RestoreTestCheckName,
  type RestoreTestView,
} from '../../src-preload/contract/backup.ts';
import type { Reason } from '../../src-preload/contract/define.ts';
import type { Sum } from '../../src-preload/contract/earnings.ts';
import type { Clock } from '../base/clock.ts';
import type { OpenFolder } from './open-folder.ts';

export class RestoreTest {
  readonly #clock: Clock;
  readonly #at: number;
  readonly #began: number;
  readonly #checks = new Map<RestoreTestCheckName, RestoreTestCheck>();
  backup: BackupFacts | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.now();
    this.#began = clock.monotonic();
  }

  pass(name: RestoreTestCheckName, reason: Reason): void {
    this.#set(name, ok(reason));
  }

  fail(name: RestoreTestCheckName, reason: Reason): void {
    this.#set(name, failed(reason));
  }

  /** It went well where nothing failed and everything that there was to compare was compared. */
  view(): RestoreTestView {
    const checks = RestoreTestCheckName.options.map(
      (name): RestoreTestCheck => this.#checks.get(name) ?? { name, ...skipped(reasonFor('check.not-reached')) },
    );
    const opened = this.#checks.get('cleaned-up')?.state === 'ok' && this.#checks.has('settings');
    return {
      at: this.#at,
      took: this.#clock.monotonic() - this.#began,
      ok: opened && checks.every(({ state }) => state !== 'failed'),
      backup: this.backup,
      checks,
    };
  }

  /** `said`: what the backup says of itself; `restored`: what came out; `here`: the node's own folder, where there is one. */
  compare(said: BackupFacts, restored: OpenFolder, here: OpenFolder | undefined): void {
    const facts = restored.facts();
    const problems = restored.problems();
    this.#set('sound', problems.length === 0 ? ok(reasonFor('restore.sound')) : failed(reasonFor('restore.damaged')));
    this.#set('identity', identity(said.identities, facts.identities, here?.identities() ?? []));
    this.#set('secrets', secrets(said.secrets, facts.secrets, restored.damagedSecrets()));
    this.#set('ledger', ledger(said.ledger, facts.ledger, restored.newestEntry(), here));
    this.#set(
      'tasks',
      facts.tasks === said.tasks
        ? ok(reasonFor('restore.tasks', { count: facts.tasks }))
        : failed(reasonFor('restore.tasks-differ', { count: facts.tasks, saved: said.tasks })),
    );
    this.#set('settings', settings(said.settings, restored.settings(), here?.settings()));
  }

  #set(name: RestoreTestCheckName, verdict: Verdict): void {
    this.#checks.set(name, { name, ...verdict });
  }
}

type Verdict = Omit<RestoreTestCheck, 'name'>;
const ok = (reason: Reason): Verdict => ({ state: 'ok', reason });
const failed = (reason: Reason): Verdict => ({ state: 'failed', reason });
const skipped = (reason: Reason): Verdict => ({ state: 'skipped', reason });

function identity(
  saved: readonly NetworkIdentity[],
  restored: readonly NetworkIdentity[],
  here: readonly NetworkIdentity[],
): Verdict {
  const lost = saved.find((one) => !restored.some((other) => isSame(one, other)));
  if (lost) return failed(reasonFor('restore.identity-lost', { network: lost.network }));
  const other = restored.find((one) => here.some((mine) => one.network === mine.network && !isSame(one, mine)));
  if (other) return failed(reasonFor('restore.other-node', { network: other.network, node: other.nodeId }));
  if (restored.length === 0) return skipped(reasonFor('restore.no-network'));
  if (here.length === 0) return skipped(reasonFor('restore.nothing-to-compare'));
  return ok(reasonFor('restore.same-node', { nodes: restored.map(({ nodeId }) => nodeId).join(', ') }));
}

function secrets(saved: number, restored: number, damaged: number): Verdict {
  if (damaged > 0 || restored !== saved) {
    return failed(reasonFor('restore.secrets-differ', { saved, open: restored - damaged }));
  }
  return ok(saved === 0 ? reasonFor('restore.no-secrets') : reasonFor('restore.secrets', { count: saved }));
}

function ledger(
  saved: readonly Sum[],
  restored: readonly Sum[],
  newest: number,
  here: OpenFolder | undefined,
): Verdict {
  const count = restored.reduce((total, { entries }) => total + entries, 0);
  if (!sameSums(saved, restored)) return failed(reasonFor('restore.sums-not-saved'));
  if (!here) return ok(reasonFor('restore.ledger', { count }));
  const since = here.newestEntry() - newest;
  if (since < 0) return ok(reasonFor('restore.ledger-ahead', { count, more: -since }));
  if (!sameSums(here.ledgerUpTo(newest), restored)) {
    return failed(reasonFor('restore.sums-not-here'));
  }
  return ok(
    since > 0 ? reasonFor('restore.ledger-since', { count, since }) : reasonFor('restore.ledger-same', { count }),
  );
}

function settings(
  saved: number,
  restored: ReadonlyMap<string, string>,
  here: ReadonlyMap<string, string> | undefined,
): Verdict {
  if (restored.size !== saved) return failed(reasonFor('restore.settings-differ', { count: restored.size, saved }));
  const changed = [...(here ?? [])].filter(([path, value]) => restored.get(path) !== value).length;
  return ok(
    changed > 0
      ? reasonFor('restore.settings-since', { count: saved, changed })
      : reasonFor('restore.settings', { count: saved }),
  );
}

export function isSame(one: NetworkIdentity, other: NetworkIdentity): boolean {
  return one.network === other.network && one.nodeId === other.nodeId && one.publicKey === other.publicKey;
}

function sameSums(left: readonly Sum[], right: readonly Sum[]): boolean {
  const text = (sums: readonly Sum[]) =>
    sums
      .filter(({ entries }) => entries > 0)
      .map(({ network, unit, amountMicro, entries }) => JSON.stringify([network, unit, amountMicro, entries]))
      .sort()
      .join();
  return text(left) === text(right);
}
