// Offloaded work as parts of the network see it, on whichever thread.
import { onTestFinished } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { silentLogger } from '../../src-main/base/logger.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { CxKey, CxKeys } from '../../src-main/networks/iicp/tasks/cx.ts';
import { Offload } from '../../src-main/networks/iicp/tasks/offload.ts';

export function offloadHere(): Offload {
  const deps = { clock: systemClock, random: systemRandom, logger: silentLogger };
  const offload = new Offload(deps, new CxKeys([CxKey.generate()]));
  onTestFinished(() => offload.stop());
  return offload;
}
