// Who tries our address from outside: the user's second Hearth, some peers, the directory; those of them that there are at the time.

import type { Clock } from '../../../base/clock.ts';
import type { Random } from '../../../base/random.ts';
import type { OutsideProber } from '../../../reachability/prober.ts';
import { DirectoryProber, type Prober } from '../directory/directory-prober.ts';
import type { DirectoryRefused } from '../errors.ts';
import type { ReadSettings } from '../settings.ts';
import { CombinedProber, type Voice } from './combined.ts';
import { HearthProber } from './hearth-prober.ts';
import { PeersProber } from './peers-prober.ts';
import type { PendingNonces } from './pending-nonces.ts';

export interface ProbersDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: ReadSettings;
  readonly directory: Prober;
  /** Endpoints of peers. */
  readonly peers: () => readonly string[];
  readonly pendingNonces: PendingNonces;
  /** The directory was asked whether it is there, and gave no answer. */
  readonly silent?: (why: DirectoryRefused) => void;
}

/** How long each kind of prober is waited for; together less than a try may take. */
const WITHIN_MS = { own: 4000, stranger: 4000, directory: 10_000 };

/** `local`: private addresses are right here. */
export function probers(deps: ProbersDeps, options: { readonly local: boolean }): OutsideProber {
  const { clock, settings, directory, peers, pendingNonces } = deps;
  const strangers = new PeersProber(deps, options);
  const probe = new DirectoryProber(directory, settings.get('networks.iicp.directoryUrl'), deps.silent);
  return new CombinedProber(clock, () => {
    const second = settings.get('reachability.witness');
    const voices: Omit<Voice, 'withinMs'>[] = [
      ...(second ? [{ kind: 'own' as const, prober: new HearthProber({ pendingNonces }, second) }] : []),
      ...(peers().length > 0 ? [{ kind: 'stranger' as const, prober: strangers }] : []),
      { kind: 'directory', prober: probe },
    ];
    return voices.map((voice) => ({ ...voice, withinMs: WITHIN_MS[voice.kind] }));
  });
}
