// Quiet mode: held by hand until it is switched off, it makes the rules on heat stricter than they are set. How many tasks it
// leaves says `decide`.

import { QUIET } from '../../src-preload/contract/settings/availability.ts';
import type { SettingPath, SettingValue } from '../../src-preload/contract/settings/index.ts';

const COOL: ReadonlyMap<SettingPath, number> = new Map([
  ['availability.cpuHeat', QUIET.processor],
  ['availability.gpuHeat', QUIET.graphics],
]);

interface Reader {
  get<P extends SettingPath>(path: P): SettingValue<P>;
}

/** The settings as rules are to read them: a limit of the user's own holds where it is stricter. */
export function quietened(settings: Reader): Reader {
  return {
    get<P extends SettingPath>(path: P): SettingValue<P> {
      const quiet = COOL.get(path);
      if (quiet === undefined || !settings.get('availability.quiet')) return settings.get(path);
      const { on, most } = settings.get(path) as SettingValue<'availability.cpuHeat'>;
      return { on: true, most: on ? Math.min(most, quiet) : quiet } as SettingValue<P>;
    },
  };
}
