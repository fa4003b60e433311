// Who tries our address from outside: the user's second Hearth, some peers, the directory; whoever of them there is at the time.

import type { Clock } from '../../../base/clock.ts';
import type { Random } from '../../../base/random.ts';
import type { OutsideWitness } from '../../../reachability/witness.ts';
import type { ReadSettings } from '../settings.ts';
import { DirectoryWitness, type Prober } from '../witness.ts';
import { CombinedWitness, type Voice } from './combined.ts';
import { HearthWitness } from './hearth-witness.ts';
import { PeersWitness } from './peers-witness.ts';
import type { Waited } from './waited.ts';

export interface WitnessesDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: ReadSettings;
  readonly directory: Prober;
  /** Endpoints of peers. */
  readonly peers: () => readonly string[];
  readonly waited: Waited;
}

/** How long each kind of witness is waited for; together less than a try may take. */
const WITHIN_MS = { own: 4000, stranger: 4000, directory: 10_000 };

/** `local`: private addresses are right here. */
export function witnesses(deps: WitnessesDeps, options: { readonly local: boolean }): OutsideWitness {
  const { clock, settings, directory, peers, waited } = deps;
  const strangers = new PeersWitness(deps, options);
  const probe = new DirectoryWitness(directory, settings.get('networks.iicp.directoryUrl'));
  return new CombinedWitness(clock, () => {
    const second = settings.get('reachability.witness');
    const voices: Omit<Voice, 'withinMs'>[] = [
      ...(second ? [{ kind: 'own' as const, witness: new HearthWitness({ waited }, second) }] : []),
      ...(peers().length > 0 ? [{ kind: 'stranger' as const, witness: strangers }] : []),
      { kind: 'directory', witness: probe },
    ];
    return voices.map((voice) => ({ ...voice, withinMs: WITHIN_MS[voice.kind] }));
  });
}
