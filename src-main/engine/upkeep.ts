// Answers to what is asked of a node as a whole: its backups, what it can tell of itself, and its end on this computer.

import type { Output, ParsedInput } from '../../src-preload/contract/index.ts';
import type { RequestName } from '../../src-preload/contract/names.ts';
import type { Backups } from '../backup/backups.ts';
import { about, licenceText } from './about.ts';
import type { Audit } from './audit.ts';
import type { Ending } from './ending.ts';
import type { Slices } from './slices.ts';

type Upkeep = Extract<RequestName, `${'backup' | 'diagnostics' | 'audit' | 'removal' | 'about'}.${string}`>;
type UpkeepHandlers = { [N in Upkeep]: (input: ParsedInput<N>) => Output<N> | Promise<Output<N>> };

export interface UpkeepDeps {
  readonly slices: Slices;
  readonly backups: Backups;
  /** Takes the node down and puts it together again on what was restored; left out, the next start does. */
  readonly renew: (() => void) | undefined;
  readonly diagnose: (options: ParsedInput<'diagnostics.get'>) => Promise<Output<'diagnostics.get'>>;
  readonly audit: Pick<Audit, 'run'>;
  readonly ending: Pick<Ending, 'removable' | 'remove'>;
}

export function createUpkeepHandlers(deps: UpkeepDeps) {
  const { slices, backups } = deps;
  const at = (name: string) => backups.files.whole(name);
  return {
    'backup.get': () => slices.take('backup'),
    'backup.create': ({ passphrase }) => backups.create(passphrase),
    'backup.read': ({ name, offset }) => backups.files.read(name, offset),
    'backup.receive': ({ bytes }) => ({ name: backups.files.receive(bytes) }),
    'backup.write': ({ name, offset, data }) => ({ missing: backups.files.write(name, offset, data) }),
    'backup.discard': async ({ name }) => {
      backups.files.discard(name);
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
    'diagnostics.get': (options) => deps.diagnose(options),
    'audit.run': (asked) => deps.audit.run(asked),
    'removal.get': () => deps.ending.removable(),
    'removal.run': (asked) => deps.ending.remove(asked),
    'about.get': () => about(),
    'about.licence': ({ name, version }) => ({ text: licenceText(name, version) }),
  } satisfies UpkeepHandlers;
}
