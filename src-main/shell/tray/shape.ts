// What the icon in the tray tells by its shape alone.

import type { NodeState } from '../../../src-preload/contract/node.ts';

/** Solid: ready. Dot: working. Bars: paused. Triangle: needs you. */
export type Shape = 'solid' | 'dot' | 'bars' | 'triangle';

const SHAPES: Readonly<Record<NodeState, Shape>> = {
  off: 'bars',
  starting: 'bars',
  ready: 'solid',
  working: 'dot',
  paused: 'bars',
  finishing: 'dot',
  // It serves; what is less than it could be is in the sentence.
  limited: 'solid',
  'needs-you': 'triangle',
};

export function shapeOf(state: NodeState | undefined): Shape {
  return state === undefined ? 'bars' : SHAPES[state];
}

/** The same shapes as letters, for the menu's first line. */
export const SIGNS: Readonly<Record<Shape, string>> = { solid: '●', dot: '◉', bars: '‖', triangle: '▲' };
