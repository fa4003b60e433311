// Whether the window in front fills the screen. X11's window managers tell (EWMH 1.5); Wayland's, Windows and macOS tell no
// program that did not come with a library of its own, so there the rule can't be read.

import type { Run } from '../../base/run.ts';
import { type Fullscreen, NO_ANSWER, NOT_HERE, reads, type Sensor } from './sensor.ts';

const NONE: Fullscreen = { fullscreen: false, app: null };
const MOST_NAME = 40;

export function linuxFullscreen(deps: {
  readonly run: Run;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Sensor<Fullscreen> {
  const { run, env } = deps;
  return {
    everyMs: 10_000,
    async read(signal) {
      if (!env.DISPLAY || env.WAYLAND_DISPLAY) return NOT_HERE;
      const front = await run('xprop', ['-root', '_NET_ACTIVE_WINDOW'], signal);
      if (front.kind !== 'done') return front.kind === 'missing' ? NOT_HERE : NO_ANSWER;
      const window = /window id # (0x[0-9a-f]{1,8})\b/.exec(front.text)?.[1];
      // Without a window manager there is no such property.
      if (window === undefined) return NOT_HERE;
      if (window === '0x0') return reads(NONE);
      const state = await run('xprop', ['-id', window, '_NET_WM_STATE', 'WM_CLASS'], signal);
      // Closed between the two questions, most likely.
      if (state.kind !== 'done') return reads(NONE);
      const fills = /^_NET_WM_STATE\(ATOM\) = .*\b_NET_WM_STATE_FULLSCREEN\b/m.test(state.text);
      return reads(fills ? { fullscreen: true, app: classIn(state.text) } : NONE);
    },
  };
}

/** The second of the two texts, which names the kind of program. Any program may write anything there. */
function classIn(text: string): string | null {
  const found = /^WM_CLASS\(STRING\) = "(?:[^"\\\n]|\\.)*", "([^"\\\n]{1,200})"/m.exec(text)?.[1];
  const plain = found
    ?.replace(/[^\p{L}\p{N} ._+-]/gu, '')
    .trim()
    .slice(0, MOST_NAME);
  return plain || null;
}
