// The restore drill: what came out of a backup, held against what the node has now. Pure comparisons, one sentence each.

import {
  type BackupFacts,
  type NetworkIdentity,
  type RestoreTestCheck,
  RestoreTestCheckName,
  type RestoreTestView,
} from '../../src-preload/contract/backup.ts';
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

  pass(name: RestoreTestCheckName, says: string): void {
    this.#set(name, ok(says));
  }

  fail(name: RestoreTestCheckName, says: string): void {
    this.#set(name, failed(says));
  }

  /** It went well where nothing failed and everything that there was to compare was compared. */
  view(): RestoreTestView {
    const checks = RestoreTestCheckName.options.map(
      (name): RestoreTestCheck => this.#checks.get(name) ?? { name, state: 'skipped', says: 'Not reached.' },
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
    this.#set('sound', problems.length === 0 ? ok('The database is sound.') : failed('The database is damaged.'));
    this.#set('identity', identity(said.identities, facts.identities, here?.identities() ?? []));
    this.#set('secrets', secrets(said.secrets, facts.secrets, restored.damagedSecrets()));
    this.#set('ledger', ledger(said.ledger, facts.ledger, restored.newestEntry(), here));
    this.#set(
      'tasks',
      facts.tasks === said.tasks
        ? ok(`${counted(facts.tasks, 'task')} came back.`)
        : failed(`${counted(facts.tasks, 'task')} came back where ${said.tasks} were saved.`),
    );
    this.#set('settings', settings(said.settings, restored.settings(), here?.settings()));
  }

  #set(name: RestoreTestCheckName, verdict: Verdict): void {
    this.#checks.set(name, { name, ...verdict });
  }
}

type Verdict = Omit<RestoreTestCheck, 'name'>;
const ok = (says: string): Verdict => ({ state: 'ok', says });
const failed = (says: string): Verdict => ({ state: 'failed', says });
const skipped = (says: string): Verdict => ({ state: 'skipped', says });

function identity(
  saved: readonly NetworkIdentity[],
  restored: readonly NetworkIdentity[],
  here: readonly NetworkIdentity[],
): Verdict {
  const lost = saved.find((one) => !restored.some((other) => isSame(one, other)));
  if (lost) return failed(`The identity for ${lost.network} did not come out of it.`);
  const other = restored.find((one) => here.some((mine) => one.network === mine.network && !isSame(one, mine)));
  if (other) return failed(`It is another node for ${other.network} than the one here: ${other.nodeId}.`);
  if (restored.length === 0) return skipped('The node had joined no network yet.');
  if (here.length === 0) return skipped('There is no identity here to compare with.');
  return ok(`The same node: ${restored.map(({ nodeId }) => nodeId).join(', ')}, with the same keys.`);
}

function secrets(saved: number, restored: number, damaged: number): Verdict {
  if (damaged > 0 || restored !== saved) return failed(`Of ${saved} sealed values ${restored - damaged} open.`);
  return ok(saved === 0 ? 'There were none to seal.' : `All of ${counted(saved, 'sealed value')} open.`);
}

function ledger(
  saved: readonly Sum[],
  restored: readonly Sum[],
  newest: number,
  here: OpenFolder | undefined,
): Verdict {
  const entries = restored.reduce((count, sum) => count + sum.entries, 0);
  if (!sameSums(saved, restored)) return failed('The sums of the ledger are not those that were saved.');
  if (!here) return ok(`${counted(entries, 'entry', 'entries')} in all, with the sums that were saved.`);
  const since = here.newestEntry() - newest;
  if (since < 0)
    return ok(
      `${counted(entries, 'entry', 'entries')} in all, with the sums that were saved; ${-since} more than there are here.`,
    );
  if (!sameSums(here.ledgerUpTo(newest), restored)) {
    return failed('The sums of the ledger are not those of the same entries here.');
  }
  return ok(
    `${counted(entries, 'entry', 'entries')} in all, with the same sums as here.${since > 0 ? ` Earned since: ${since}.` : ''}`,
  );
}

function settings(
  saved: number,
  restored: ReadonlyMap<string, string>,
  here: ReadonlyMap<string, string> | undefined,
): Verdict {
  if (restored.size !== saved)
    return failed(`${counted(restored.size, 'setting')} came back where ${saved} were saved.`);
  const changed = [...(here ?? [])].filter(([path, value]) => restored.get(path) !== value).length;
  return ok(`${counted(saved, 'setting')} came back.${changed > 0 ? ` Changed here since: ${changed}.` : ''}`);
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

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
