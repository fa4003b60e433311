// What a benchmark is held to. A run in which an aim is missed says which at its end, and ends with 1.

export interface Aim {
  readonly what: string;
  readonly measured: number;
  readonly aim: number;
  /** Whether it is missed by being less than the aim, or more. */
  readonly kind: 'at least' | 'at most';
  /** As it stands behind the figures; a ratio has none. */
  readonly unit?: string;
}

export const atLeast = (what: string, measured: number, aim: number, unit?: string): Aim => ({
  what,
  measured,
  aim,
  kind: 'at least',
  ...(unit !== undefined && { unit }),
});
export const atMost = (what: string, measured: number, aim: number, unit?: string): Aim => ({
  ...atLeast(what, measured, aim, unit),
  kind: 'at most',
});

/** A line for each that is missed. Judged as it is shown, with two digits; what could not be measured is missed. */
export function missed(aims: readonly Aim[]): string[] {
  return aims.flatMap(({ what, measured, aim, kind, unit }) => {
    const shown = measured.toFixed(2);
    const isMet = kind === 'at least' ? Number(shown) >= aim : Number(shown) <= aim;
    const behind = unit === undefined ? '' : ` ${unit}`;
    return isMet ? [] : [`${what}: ${shown}${behind}, aim: ${kind} ${aim}${behind}`];
  });
}

/** The last that a benchmark prints. */
export function judge(aims: readonly Aim[]): void {
  const lines = missed(aims);
  if (lines.length === 0) {
    if (aims.length > 0) process.stdout.write('\nAll aims met.\n');
    return;
  }
  process.stdout.write(`\nAims missed:\n${lines.map((line) => `- ${line}\n`).join('')}`);
  process.exitCode = 1;
}
