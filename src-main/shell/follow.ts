// The newest slices, as every window has them: what the shell shows is made of these and nothing else.

import type { Live } from '../../src-preload/contract/define.ts';
import type { PushPayload } from '../../src-preload/contract/index.ts';
import type { PushName } from '../../src-preload/contract/names.ts';
import { Emitter } from '../base/emitter.ts';
import type { Dispatch } from '../faces/dispatch.ts';
import type { Pushes } from '../faces/pushes.ts';

type Noun = PushName extends `${infer N}.changed` ? N : never;
type Value<N extends Noun> = PushPayload<`${N}.changed`>['value'];

/** What the shell looks at. */
const NOUNS = ['node', 'availability', 'work', 'earnings', 'networks', 'settings', 'desktop'] as const satisfies Noun[];
type Followed = (typeof NOUNS)[number];

export type Slices = { readonly [N in Followed]?: Value<N> };

export class Follow {
  readonly #events = new Emitter<{ changed: Followed }>();
  readonly #live = new Map<Followed, Live<unknown>>();

  /** The slices that have come so far. */
  get now(): Slices {
    return Object.fromEntries([...this.#live].map(([name, { value }]) => [name, value]));
  }

  /** Called after each change with the noun that has changed. Returns its off. */
  on(listener: (name: Followed) => void): () => void {
    return this.#events.on('changed', listener);
  }

  /** Takes every push from now on, and a first look at each noun. Returns its off; what was seen stays. */
  start(faces: { readonly pushes: Pushes; readonly dispatch: Dispatch }): () => void {
    const off = faces.pushes.subscribe({
      send: ({ name, payload }) => {
        const noun = NOUNS.find((each) => name === `${each}.changed`);
        if (noun !== undefined) this.#accept(noun, payload as Live<unknown>);
      },
    });
    for (const noun of NOUNS) {
      void faces.dispatch(`${noun}.get`, undefined).then((reply) => {
        if (reply.ok) this.#accept(noun, reply.value as Live<unknown>);
      });
    }
    return off;
  }

  /** As every reader of slices: newer within one run of the engine, and whatever comes of another run. */
  #accept(noun: Followed, next: Live<unknown>): void {
    const held = this.#live.get(noun);
    if (held?.boot === next.boot && held.revision >= next.revision) return;
    this.#live.set(noun, next);
    this.#events.emit('changed', noun);
  }
}
