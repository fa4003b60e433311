import { z } from 'zod';

export interface RequestDefinition<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly input: I;
  readonly output: O;
  /** Where the shape of the answer depends on the question: what one parsed input is answered by, within `output`. */
  readonly outputOf?: (input: never) => z.ZodType;
  /** Whether only a person in front of this computer may ask it, judged by the parsed input; see docs/decisions/006. */
  readonly inFront?: (input: never) => boolean;
}

/** A question with one answer. Input is validated, output is parsed and stripped, in every build. */
export function request<I extends z.ZodType, O extends z.ZodType>(input: I, output: O): RequestDefinition<I, O> {
  return { input, output };
}

/** The same, for what takes the node or gives it away: a page of the console is confirmed at the computer before it is answered. */
export function inFront<I extends z.ZodType, O extends z.ZodType>(
  definition: RequestDefinition<I, O>,
  when: (input: z.output<I>) => boolean = () => true,
): RequestDefinition<I, O> {
  return { ...definition, inFront: when };
}

/**
 * A live slice: the whole of one noun at one moment. `boot` names the engine's run and `revision` counts within it, so that a
 * reader keeps the newest and drops what arrives late: same boot and lower revision is older, another boot replaces everything.
 */
export function live<V extends z.ZodType>(value: V) {
  return z.object({ boot: z.string(), revision: z.number().int().nonnegative(), value });
}

export interface Live<V> {
  readonly boot: string;
  readonly revision: number;
  readonly value: V;
}

/** Epoch milliseconds, UTC. */
export const Time = z.number().int().nonnegative();

/**
 * Why something is as it is, or what was found: a stable code and the values that its sentence needs. Whoever shows it picks the
 * sentence of their language by the code. The English one goes along for logs, `--json` and readers that do not know the code.
 */
export const Reason = z.object({
  code: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  message: z.string(),
  /** What to do next, where there is something to do. */
  action: z.string().optional(),
});
export type Reason = z.infer<typeof Reason>;

export const Nothing = z.undefined();
