// Where boxes are made: at the engine of that place, or at the one that its owner has chosen.

import { BoxEngineChoice } from '../../../src-preload/contract/settings/boxes.ts';
import { surroundings } from '../../backends/containers/engine.ts';
import { EngineUnreachable } from '../../backends/containers/errors.ts';
import { isElsewhere } from '../../backends/containers/remote.ts';
import type { OpenBoxes, OpenBoxesDeps, OpenEngine } from '../../backends/workloads/open.ts';
import type { Place } from './marker.ts';

/** Rejects as `openBoxes`. */
export type Opener = (place: Place | undefined, signal: AbortSignal) => Promise<OpenBoxes>;

export interface OpenerDeps extends Omit<OpenBoxesDeps, 'dataDir'> {
  /** Left out: containers. */
  readonly engine?: () => BoxEngineChoice;
}

/** Loaded when it is wanted: most nodes sell no boxes. */
export function opener({ engine = () => ({ engine: 'containers' }), ...deps }: OpenerDeps, dataDir: string): Opener {
  return async (place, signal) => {
    const { openBoxes } = await import('../../backends/workloads/open.ts');
    const around = surroundings();
    const of = { ...deps, dataDir };
    if (place === undefined) return openBoxes(engine(), of, signal, around);
    const chosen = engine();
    if (place.engine === 'proxmox') {
      const { socket: at, certificates = '' } = place;
      const there = { ...(chosen.engine === 'proxmox' && chosen), engine: 'proxmox', at, certificates };
      return openBoxes(BoxEngineChoice.parse(there), of, signal, around);
    }
    if (place.engine === 'kubernetes') {
      const { certificates = '' } = place;
      const there = { ...(chosen.engine === 'kubernetes' && chosen), engine: 'kubernetes', certificates };
      const opened = await openBoxes(BoxEngineChoice.parse(there), of, signal, around);
      // A kubeconfig that names another cluster by now says nothing of what was made in that one.
      if (opened.engine.at !== place.socket) throw new EngineUnreachable(new URL(place.socket).hostname);
      return opened;
    }
    if (place.engine === 'lxd') {
      const pool = chosen.engine === 'lxd' ? chosen.pool : undefined;
      const { socket, certificates } = place;
      const where = isElsewhere(socket)
        ? { at: socket, ...(certificates !== undefined && { certificates }) }
        : { socket };
      return openBoxes({ engine: 'lxd', ...where, ...(pool !== undefined && { pool }) }, of, signal, around);
    }
    if (isElsewhere(place.socket)) {
      const { socket: at, certificates } = place;
      return openBoxes(
        { engine: 'containers', at, ...(certificates !== undefined && { certificates }) },
        of,
        signal,
        around,
      );
    }
    const env = { ...around.env, DOCKER_HOST: hostOf(place.socket) };
    return openBoxes({ engine: 'containers' }, of, signal, { ...around, env });
  };
}

/** Whether an engine is the one that its owner has chosen: of this computer, any that was found. */
export function isChosen({ kind, at, host, certificates }: OpenEngine, chosen: BoxEngineChoice): boolean {
  if (chosen.engine !== kind) return false;
  if (chosen.engine === 'proxmox') return chosen.at === at && chosen.certificates === certificates;
  if (chosen.engine === 'kubernetes') return chosen.certificates === certificates;
  if (host !== null) return chosen.at === at && chosen.certificates === certificates;
  return chosen.at === undefined && (chosen.engine !== 'lxd' || (chosen.socket ?? at) === at);
}

const hostOf = (socket: string) => `${socket.startsWith('//') ? 'npipe' : 'unix'}://${socket}`;
