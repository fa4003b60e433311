// Questions over D-Bus by systemd's busctl, which answers in JSON. Nothing is started by asking: a service that does not run
// has nothing to tell.

import { z } from 'zod';
import type { Run } from '../../base/run.ts';
import { NO_ANSWER, NOT_HERE, type Reading, reads } from './sensor.ts';

export interface Place {
  readonly bus: 'user' | 'system';
  readonly service: string;
  readonly path: string;
  readonly face: string;
}

export interface Bus {
  /** A property's value, as `schema` wants it. */
  property<T>(place: Place, name: string, schema: z.ZodType<T>, signal: AbortSignal): Promise<Reading<T>>;
  /** The values a method gives. */
  call<T>(place: Place, method: readonly string[], schema: z.ZodType<T>, signal: AbortSignal): Promise<Reading<T>>;
}

export function busOf(run: Run): Bus {
  const ask = async <T>(
    { bus, service, path, face }: Place,
    verb: readonly string[],
    schema: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<Reading<T>> => {
    const [first = '', ...rest] = verb;
    const args = [`--${bus}`, '--json=short', '--auto-start=no', '--timeout=2', first, service, path, face, ...rest];
    const answered = await run('busctl', args, signal);
    // No such program, bus, service or property: it says no more than that it failed, and waiting would not mend it.
    if (answered.kind !== 'done') return signal.aborted ? NO_ANSWER : NOT_HERE;
    const parsed = z.object({ data: schema }).safeParse(parse(answered.text));
    return parsed.success ? reads(parsed.data.data) : NOT_HERE;
  };
  return {
    property: (place, name, schema, signal) => ask(place, ['get-property', name], schema, signal),
    call: (place, method, schema, signal) => ask(place, ['call', ...method], schema, signal),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
