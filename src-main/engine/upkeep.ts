// Answers to what is asked of a node's data as a whole: backups, and putting one back.

import type { Output, ParsedInput } from '../../src-preload/contract/index.ts';
import type { RequestName } from '../../src-preload/contract/names.ts';
import type { Backups } from '../backup/backups.ts';
import type { Slices } from './slices.ts';

type Upkeep = Extract<RequestName, `backup.${string}`>;
type UpkeepHandlers = { [N in Upkeep]: (input: ParsedInput<N>) => Output<N> | Promise<Output<N>> };

export interface UpkeepDeps {
  readonly slices: Slices;
  readonly backups: Backups;
  /** Takes the node down and puts it together again on what was restored; left out, the next start does. */
  readonly renew: (() => void) | undefined;
}

export function createUpkeepHandlers(deps: UpkeepDeps) {
  const { slices, backups } = deps;
  const at = (name: string) => backups.shelf.whole(name);
  return {
    'backup.get': () => slices.take('backup'),
    'backup.create': ({ passphrase }) => backups.create(passphrase),
    'backup.read': ({ name, offset }) => backups.shelf.read(name, offset),
    'backup.receive': ({ bytes }) => ({ name: backups.shelf.receive(bytes) }),
    'backup.write': ({ name, offset, data }) => ({ missing: backups.shelf.write(name, offset, data) }),
    'backup.discard': async ({ name }) => {
      backups.shelf.discard(name);
      await backups.refresh();
      return slices.take('backup');
    },
    'backup.inspect': ({ name, passphrase }) => backups.inspect(at(name), passphrase),
    'backup.test': ({ name, passphrase }) => backups.test(at(name), passphrase),
    'backup.restore': async ({ name, passphrase }) => {
      const { backup, aside } = await backups.restore(at(name), passphrase);
      deps.renew?.();
      return { backup, aside };
    },
  } satisfies UpkeepHandlers;
}
