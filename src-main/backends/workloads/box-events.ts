// What becomes of boxes, as their engine says it: one line of JSON for each.

import type Docker from 'dockerode';
import { parseJson } from '../../base/json-scan.ts';
import { isObject } from '../../base/object.ts';
import { LABEL } from '../containers/containers.ts';
import { Lines } from '../containers/lines.ts';
import type { BoxEvent } from './backend.ts';
import { BOX_LABEL, ROLE_LABEL } from './box-plan.ts';
import { EngineFailed } from './errors.ts';

const LINE_BYTES = 64 * 1024;
const BOUNDS = { depth: 16, values: 1000 };

/** Docker's words, and Podman's where they differ. */
const KINDS: Readonly<Record<string, BoxEvent['kind']>> = {
  start: 'started',
  die: 'exited',
  died: 'exited',
  oom: 'out-of-memory',
  destroy: 'removed',
  remove: 'removed',
};

export async function eventsOf(
  docker: Docker,
  installation: string,
  listener: (event: BoxEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  const lines = new Lines(LINE_BYTES);
  try {
    const filters = { label: [`${LABEL}=${installation}`] };
    const stream = await docker.getEvents({ filters, abortSignal: signal });
    for await (const bytes of stream) {
      for (const line of lines.take(bytes as Buffer)) {
        const event = eventIn(line.bytes);
        if (event) listener(event);
      }
    }
  } catch (error) {
    if (signal.aborted) return;
    throw new EngineFailed('ask', error);
  }
  if (!signal.aborted) throw new EngineFailed('ask', new Error('the events ended'));
}

/** Undefined where it is none of a box. */
export function eventIn(line: Buffer): BoxEvent | undefined {
  const found = parseJson(line, BOUNDS);
  if (typeof found === 'string' || !isObject(found.value)) return undefined;
  const { Action, Actor } = found.value;
  const kind = typeof Action === 'string' ? KINDS[Action] : undefined;
  if (kind === undefined || !isObject(Actor) || !isObject(Actor.Attributes)) return undefined;
  const { [BOX_LABEL]: id, [ROLE_LABEL]: role } = Actor.Attributes;
  if (role !== 'box' || typeof id !== 'string') return undefined;
  const code = kind === 'exited' ? codeIn(Actor.Attributes) : undefined;
  return { id, kind, ...(code !== undefined && { exitCode: code }) };
}

/** Docker's word, and Podman's. */
function codeIn({ exitCode, containerExitCode = exitCode }: Readonly<Record<string, unknown>>): number | undefined {
  return typeof containerExitCode === 'string' && /^\d{1,3}$/.test(containerExitCode)
    ? Number(containerExitCode)
    : undefined;
}
