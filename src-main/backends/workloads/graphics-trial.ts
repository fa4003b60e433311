// Whether a box gets the graphics cards here, and nothing else by it: two boxes are looked into, one with them and one without. That the
// engine takes the request proves nothing: some do, and make a box like any other.

import type { BoxSpec, GraphicsProbe } from './backend.ts';
import { causeOf, inTrialBox, type TrialBoxDeps } from './trial-box.ts';

/** A line each: how it is held, its disks, and its other devices with whether its root may open them. */
export const LOOK = [
  'while IFS= read -r line; do case $line in CapBnd:*|CapEff:*|NoNewPrivs:*|Seccomp:*) echo "held $line";; esac; done </proc/self/status',
  'for d in /dev/* /dev/*/*; do [ -L "$d" ] && continue; [ -b "$d" ] && echo "disk $d"; [ -c "$d" ] || continue; { [ -r "$d" ] && [ -w "$d" ] && echo "open $d"; } || echo "shut $d"; done',
  'echo end',
].join('\n');

const SEEN = 200;
export const LATE = 'the trial took too long';

/** Never rejects, but with the signal's reason. */
export async function tryGraphics(
  {
    size,
    ...deps
  }: TrialBoxDeps & { /** Of the boxes; left out: what a container needs. */ readonly size?: Partial<BoxSpec> },
  signal: AbortSignal,
): Promise<GraphicsProbe> {
  const read = (said: string) => said.split('\n').map((line) => line.trim());
  try {
    const without = await inTrialBox(deps, { script: LOOK, ...(size && { more: size }) }, read, signal);
    const having = await inTrialBox(deps, { script: LOOK, more: { ...size, gpuMiB: 1 } }, read, signal);
    return graphicsVerdict(without, having);
  } catch (error) {
    signal.throwIfAborted();
    return { works: false, seen: causeOf(error) };
  }
}

/** Of what a box without the cards printed, and one with them. */
export function graphicsVerdict(without: readonly string[], having: readonly string[]): GraphicsProbe {
  if (![without, having].every((lines) => lines.includes('end'))) return not('a box did not say which devices it has');
  const of = (lines: readonly string[], word: string) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  const held = (lines: readonly string[]) => of(lines, 'held').join(' ');
  if (held(having) !== held(without)) return not(`a box with a card was held otherwise: ${held(having)}`);
  const disks = of(having, 'disk');
  if (disks.length > 0) return not(`a box with a card had a disk: ${disks.join(' ')}`);
  const known = new Set([...of(without, 'open'), ...of(without, 'shut')]);
  const [open, shut] = [of(having, 'open'), of(having, 'shut')].map((all) => all.filter((one) => !known.has(one)));
  if (open!.length > 0) return { works: true, seen: [...open!, ...shut!].join(' ').slice(0, SEEN) };
  if (shut!.length > 0) return not(`the root of a box can’t open ${shut!.join(' ')}`);
  return not('a box that was to have a card had no more devices than one without');
}

const not = (seen: string): GraphicsProbe => ({ works: false, seen: seen.slice(0, SEEN) });
