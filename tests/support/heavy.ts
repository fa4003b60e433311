// Heavy work as parts of the network see it, on whichever thread.
import { onTestFinished } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { silentLogger } from '../../src-main/base/logger.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { CxKey, CxKeys } from '../../src-main/networks/iicp/cx.ts';
import { HeavyWork } from '../../src-main/networks/iicp/heavy.ts';

export function heavyWork(): HeavyWork {
  const deps = { clock: systemClock, random: systemRandom, logger: silentLogger };
  const heavy = new HeavyWork(deps, new CxKeys([CxKey.generate()]));
  onTestFinished(() => heavy.stop());
  return heavy;
}
