// What pages and commands ask of boxes.

import type { Handlers } from '../../../src-preload/contract/index.ts';
import type { Slices } from '../slices.ts';
import type { BoxesPart } from './part.ts';

export interface BoxHandlerDeps {
  readonly slices: Pick<Slices, 'take'>;
  readonly boxes: Pick<BoxesPart, 'probe' | 'logs' | 'end' | 'pull' | 'stopPull' | 'removeImage'>;
}

export function createBoxHandlers({ slices, boxes }: BoxHandlerDeps) {
  return {
    'boxes.get': () => slices.take('boxes'),
    'boxes.probe': () => {
      boxes.probe();
      return undefined;
    },
    'boxes.logs': async ({ id }) => ({ text: await boxes.logs(id) }),
    'boxes.end': async ({ id }) => {
      await boxes.end(id);
      return undefined;
    },
    'boxes.pull': async ({ slug }) => {
      await boxes.pull(slug);
      return undefined;
    },
    'boxes.stopPull': () => {
      boxes.stopPull();
      return undefined;
    },
    'boxes.removeImage': async ({ slug }) => {
      await boxes.removeImage(slug);
      return undefined;
    },
  } satisfies Partial<Handlers>;
}
