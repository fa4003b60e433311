// Where boxes are made: at the engine with that socket, or at whichever answers.

import { surroundings } from '../../backends/containers/engine.ts';
import type { OpenBoxes, OpenBoxesDeps } from '../../backends/workloads/open.ts';

/** Rejects with `containers.engine-missing` or `containers.engine-elsewhere`. */
export type Opener = (socket: string | undefined, signal: AbortSignal) => Promise<OpenBoxes>;

/** Loaded when it is wanted: most nodes sell no boxes. */
export function opener(deps: Omit<OpenBoxesDeps, 'dataDir'>, dataDir: string): Opener {
  return async (socket, signal) => {
    const { openBoxes } = await import('../../backends/workloads/open.ts');
    const around = surroundings();
    const env = socket === undefined ? around.env : { ...around.env, DOCKER_HOST: hostOf(socket) };
    return openBoxes({ ...deps, dataDir }, signal, { ...around, env });
  };
}

const hostOf = (socket: string) => `${socket.startsWith('//') ? 'npipe' : 'unix'}://${socket}`;
