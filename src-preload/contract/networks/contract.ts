// What a network says of itself in the contract: one object in a file of its own, and one line in the registry.

import type { z } from 'zod';
import type { RequestDefinition } from '../define.ts';
import type { SettingDefinition } from '../settings/define.ts';
import type { JobKind } from '../work.ts';
import type { Severity } from './core.ts';

/** The name of a unit in each language, after one of it and after any other amount: "1 credit", "0.5 credits". */
export type UnitWords = Readonly<Record<'en' | 'de', Readonly<Record<'one' | 'other', string>>>>;

export interface NetworkContract<I extends string = string> {
  readonly id: I;
  readonly title: string;
  /** What kinds of work it brings; empty where it only connects. */
  readonly kinds: readonly JobKind[];
  /** What it pays in, by the unit as the ledger has it, with what people call it; empty where nothing is earned. */
  readonly units: Readonly<Record<string, UnitWords>>;
  /**
   * What its user agrees to by joining it, in English, with `{{name}}` for what is in its detail. The version grows whenever what is agreed
   * to becomes another.
   */
  readonly consent: { readonly version: number } & Readonly<
    Record<'sends' | 'pays' | 'costs' | 'sees' | 'runs', string>
  >;
  /** What its own page shows of it. */
  readonly detail: z.ZodType;
  /** `networks.<id>.enabled` is one of them. */
  readonly settings: { readonly [P in `networks.${I}.enabled`]: SettingDefinition<z.ZodBoolean> } & {
    readonly [P in `${'networks' | 'pricing'}.${I}.${string}`]: SettingDefinition;
  };
  /** The kinds of events of its history. */
  readonly events: Readonly<Record<string, Severity>>;
  /** What a check looks at, in its order, with what a terminal calls it. */
  readonly checks: Readonly<Record<string, string>>;
  /** What a rehearsal of one of its jobs looks at, in its order, with what a terminal calls it; left out: its work can't be rehearsed so. */
  readonly rehearsal?: Readonly<Record<string, string>>;
  /** Questions that only this network answers, by `networks.ask`. */
  readonly requests: Readonly<Record<string, RequestDefinition>>;
}

/** The contract as it is written, so that its own names are types. */
export function networkContract<const I extends string, const C extends NetworkContract<I>>(
  contract: C & { readonly id: I },
): C {
  return contract;
}
