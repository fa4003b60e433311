// Whether a box keeps its data on an encrypted volume here: by making one whose volume is encrypted, and asking from inside where its
// data lies. That the helper answers proves nothing of what the engine makes of it.

import { randomBytes } from 'node:crypto';
import type { EncryptionProbe } from './backend.ts';
import { causeOf, inTrialBox, type TrialBoxDeps } from './trial-box.ts';

export interface EncryptionTrialDeps extends TrialBoxDeps {
  /** The device of a box's encrypted volume, as `254:3`; undefined: it has none. */
  readonly device: (id: string) => Promise<string | undefined>;
}

const DATA = '/data';
/** Lines of proc_pid_mountinfo(5): the third word is the device, the fifth the place. */
const WHERE = `while read -r _ _ device _ place _; do [ "$place" = ${DATA} ] && echo "$device"; done </proc/self/mountinfo; echo kept >${DATA}/it && cat ${DATA}/it`;

/** Never rejects, but with the signal's reason. */
export async function tryEncryption(deps: EncryptionTrialDeps, signal: AbortSignal): Promise<EncryptionProbe> {
  const trial = { script: WHERE, more: { dataPath: DATA, encrypted: true as const }, key: randomBytes(32) };
  const read = async (printed: string, id: string): Promise<EncryptionProbe> => {
    const said = printed.trim().replaceAll(/\s+/g, ' ');
    const wanted = `${await deps.device(id)} kept`;
    return said === wanted ? { works: true } : { works: false, seen: `its data was at ${said.slice(0, 100)}` };
  };
  try {
    return await inTrialBox(deps, trial, read, signal);
  } catch (error) {
    signal.throwIfAborted();
    return { works: false, seen: causeOf(error) };
  }
}
