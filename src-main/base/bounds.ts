// The limits that strangers meet, as data: a number, its unit and the reason for it. Each area keeps its own in a file named
// `bounds.ts`; docs/limits.md is written from all of them, and every one has an attack that runs into it (tests/hostile).

export type BoundUnit =
  | 'bytes'
  | 'ms'
  | 'items'
  | 'levels'
  | 'characters'
  | 'per minute'
  | 'per second'
  | 'Mbit/s'
  | 'at once';

export interface Bound {
  readonly value: number;
  readonly unit: BoundUnit;
  /** One sentence: why there is a limit, and why this one. */
  readonly why: string;
}

/** A table of bounds: what strangers meet there (`surface`), and a row for each name. */
export interface BoundTable<Name extends string = string> {
  readonly surface: string;
  readonly rows: Readonly<Record<Name, Bound>>;
}

export function bound(value: number, unit: BoundUnit, why: string): Bound {
  return { value, unit, why };
}

/** The numbers alone, for the code that holds strangers to them. */
export function valuesOf<Name extends string>({ rows }: BoundTable<Name>): Readonly<Record<Name, number>> {
  return Object.fromEntries(Object.entries<Bound>(rows).map(([name, { value }]) => [name, value])) as Record<
    Name,
    number
  >;
}
