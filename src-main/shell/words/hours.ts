// How this system writes the time of the day. Linux says so by its environment, which Chromium leaves aside: many who read English there
// have LC_TIME of another country. Elsewhere it is the regional format, which may be another one than the language's.

import { type Hours, hoursOf } from '../../../src-i18n/format/locale.ts';

/** `regional`: the tag of the regional format as Electron has it, such as `en-US`. */
export function systemHours(platform: NodeJS.Platform, env: NodeJS.ProcessEnv, regional: string): Hours {
  if (platform !== 'linux') return hoursIn(regional) ?? 'h23';
  // The first that is set wins (locale(7)).
  const name = [env.LC_ALL, env.LC_TIME, env.LANG].find((value) => value !== undefined && value !== '') ?? 'C';
  const [place = 'C'] = name.split(/[.@]/);
  return place === 'C' || place === 'POSIX' ? 'h23' : (hoursIn(place.replace('_', '-')) ?? 'h23');
}

/** Undefined for what is no tag. */
function hoursIn(tag: string): Hours | undefined {
  try {
    return hoursOf(tag);
  } catch {
    return undefined;
  }
}
