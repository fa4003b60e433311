// Whether a box keeps its data on an encrypted volume here: by making one whose volume is encrypted, and asking from inside where its
// data lies. That the helper answers proves nothing of what the engine makes of it.

import { randomBytes } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { BoxSpec, EncryptionProbe, WorkloadBackend } from './backend.ts';

export interface EncryptionTrialDeps {
  readonly clock: Clock;
  readonly boxes: Pick<WorkloadBackend, 'create' | 'start' | 'remove' | 'status' | 'logs'>;
  readonly image: () => Promise<string>;
  /** The device of a box's encrypted volume, as `254:3`; undefined: it has none. */
  readonly device: (id: string) => Promise<string | undefined>;
}

const DATA = '/data';
const LOOK_MS = 200;
/** Lines of proc_pid_mountinfo(5): the third word is the device, the fifth the place. */
const WHERE = `while read -r _ _ device _ place _; do [ "$place" = ${DATA} ] && echo "$device"; done </proc/self/mountinfo; echo kept >${DATA}/it && cat ${DATA}/it`;

/** Never rejects, but with the signal's reason. */
export async function tryEncryption(deps: EncryptionTrialDeps, signal: AbortSignal): Promise<EncryptionProbe> {
  const { boxes, clock, image, device } = deps;
  try {
    const spec: BoxSpec = {
      id: 'trial',
      image: await image(),
      command: ['bash', '-c', WHERE],
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      cpuMillicores: 500,
      memoryMiB: 64,
      diskMiB: 16,
      pids: 16,
      ports: [],
      network: 'none',
      dataPath: DATA,
      encrypted: true,
      readOnlyRoot: true,
    };
    await boxes.remove(spec.id, signal);
    await boxes.create(spec, signal, randomBytes(32));
    await boxes.start(spec.id, signal);
    while ((await boxes.status(spec.id, signal)) === 'running') await clock.sleep(LOOK_MS, signal);
    const said = (await boxes.logs(spec.id, signal)).trim().replaceAll(/\s+/g, ' ');
    const wanted = `${await device(spec.id)} kept`;
    return said === wanted ? { works: true } : { works: false, seen: `its data was at ${said.slice(0, 100)}` };
  } catch (error) {
    signal.throwIfAborted();
    return { works: false, seen: causeOf(error) };
  } finally {
    await boxes.remove('trial', new AbortController().signal).catch(() => undefined);
  }
}

/** What the program at the bottom of it has said. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return (cause instanceof Error ? cause.message : String(cause)).slice(0, 200);
}
