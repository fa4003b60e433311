import type { z } from 'zod';

export interface SettingDefinition<S extends z.ZodType = z.ZodType> {
  readonly schema: S;
  readonly initial: z.infer<S>;
  /** One plain sentence for the command line and the settings page. */
  readonly about: string;
  /** Write-only: sealed at rest, never shown; reading tells only that one is set. */
  readonly secret?: boolean;
  /** It decides what programs run here, or where money goes: a page of the console changes it only with a yes at the computer. */
  readonly inFront?: boolean;
}

export function setting<S extends z.ZodType>(
  schema: S,
  initial: z.infer<S>,
  about: string,
  flags: { secret?: boolean; inFront?: boolean } = {},
): SettingDefinition<S> {
  return { schema, initial, about, ...flags };
}

/** Secrets have settings of their own: an address is shown wherever it is used. */
export function withoutUser(url: string): boolean {
  return !/^[a-z]+:\/\/[^/?#]*@/i.test(url);
}
