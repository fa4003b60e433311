// The newest slices, as every window has them: what the shell shows is made of these and nothing else.

import type { Live } from '../../src-preload/contract/define.ts';
import type { PushPayload } from '../../src-preload/contract/index.ts';
import type { PushName } from '../../src-preload/contract/names.ts';
import type { SettingPath, SettingValue } from '../../src-preload/contract/settings/index.ts';
import { Emitter } from '../base/emitter.ts';
import { type Dispatch, IN_FRONT } from '../faces/dispatch.ts';
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

  /**
   * Takes every push from now on, and a first look at each noun. `off` ends it, what was seen stays; `ready` resolves when each
   * was looked at.
   */
  start(faces: { readonly pushes: Pushes; readonly dispatch: Dispatch }) {
    const off = faces.pushes.subscribe({
      send: ({ name, payload }) => {
        const noun = NOUNS.find((each) => name === `${each}.changed`);
        if (noun !== undefined) this.#accept(noun, payload as Live<unknown>);
      },
    });
    const looks = NOUNS.map(async (noun) => {
      const reply = await faces.dispatch(`${noun}.get`, undefined, IN_FRONT);
      if (reply.ok) this.#accept(noun, reply.value as Live<unknown>);
    });
    return { off, ready: Promise.all(looks) };
  }

  /** As every reader of slices: newer within one run of the engine, and whatever comes of another run. */
  #accept(noun: Followed, next: Live<unknown>): void {
    const held = this.#live.get(noun);
    if (held?.boot === next.boot && held.revision >= next.revision) return;
    this.#live.set(noun, next);
    this.#events.emit('changed', noun);
  }
}

/** A setting as the engine last sent it; undefined before that. */
export function settingIn<P extends SettingPath>(slices: Slices, path: P): SettingValue<P> | undefined {
  // The engine validates what it keeps by the same contract.
  return slices.settings?.find((setting) => setting.path === path)?.value as SettingValue<P> | undefined;
}
