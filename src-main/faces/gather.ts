// The faces of one engine, whatever the program around it: what both the desktop app and the command need.

import type { PushName, RequestName } from '../../src-preload/contract/names.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { createDispatch, type Dispatch } from './dispatch.ts';
import { createPushes, type Pushes } from './pushes.ts';

type Slice = PushName extends `${infer N}.changed` ? N : never;

/** What the faces need of an engine. */
export interface EngineSide {
  readonly logger: Logger;
  handle(name: RequestName, input: unknown): Promise<unknown>;
  onChange(listener: (name: Slice) => void): () => void;
  take(name: Slice): unknown;
}

export interface Faces {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly dispatch: Dispatch;
  readonly pushes: Pushes;
  stop(): void;
}

export function gatherFaces(deps: { readonly clock: Clock; readonly random: Random }, engine: EngineSide): Faces {
  const logger = engine.logger.child('faces');
  const pushes = createPushes({ clock: deps.clock, logger });
  const off = engine.onChange((name) => pushes.publish(`${name}.changed`, () => engine.take(name)));
  return {
    ...deps,
    logger,
    dispatch: createDispatch(engine, logger),
    pushes,
    stop() {
      off();
      pushes.stop();
    },
  };
}
