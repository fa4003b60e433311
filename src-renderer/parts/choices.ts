// What was chosen for single models, in a list that holds all choices: which of it is meant for a model at a server, and the
// list with another choice in it. Pure; the owner of the list does it with `changeSetting`, so that no change is lost.
import type { BackendView } from '../../src-preload/contract/backends.ts';
import type { ModelSetting } from '../../src-preload/contract/settings/backends.ts';
import { rootOf } from './servers.ts';

/** A model at a server. */
export interface Target {
  readonly backend: Pick<BackendView, 'id' | 'kind' | 'url'>;
  readonly model: string;
  /** No other server lists it, so that what is chosen need not be tied to an address. */
  readonly alone: boolean;
}

export type Choice = Omit<ModelSetting, 'model' | 'backend'>;

export function targetOf(backend: BackendView, model: string, all: readonly BackendView[]): Target {
  const alone = !all.some(({ id, models }) => id !== backend.id && models.some((other) => other.id === model));
  return { backend, model, alone };
}

/** What is chosen for it; what is chosen for this server alone goes before. */
export function choiceOf(list: readonly ModelSetting[], target: Target): Choice {
  const { general, own } = entriesFor(list, target);
  const {
    model: _,
    backend: __,
    ...choice
  }: Partial<ModelSetting> = Object.assign({}, ...[...general, ...own].map((index) => list[index]));
  return choice;
}

/** Whether another choice for it would hold at this server alone. */
export function isTied(list: readonly ModelSetting[], target: Target): boolean {
  return entriesFor(list, target).own.length > 0 || !target.alone;
}

/** The list with a choice changed: what is undefined in `change` is taken away, and stays as server and name suggest. */
export function withChoice(
  list: readonly ModelSetting[],
  target: Target,
  change: { readonly [K in keyof Choice]: Choice[K] | undefined },
): ModelSetting[] {
  const { general, own } = entriesFor(list, target);
  const at = own.at(-1) ?? (target.alone ? general.at(-1) : undefined);
  const before: ModelSetting = (at === undefined ? undefined : list[at]) ?? {
    model: target.model,
    ...(!target.alone && { backend: target.backend.url }),
  };
  const after = Object.fromEntries(
    Object.entries({ ...before, ...change }).filter(([, value]) => value !== undefined),
  ) as ModelSetting;
  const says = Object.keys(after).some((key) => key !== 'model' && key !== 'backend');
  const kept = at === undefined ? list : list.filter((_, index) => index !== at);
  if (!says) return [...kept];
  return at === undefined ? [...kept, after] : list.map((entry, index) => (index === at ? after : entry));
}

/** The list with a switch of it set: left out where that says the same, for what is left out follows what others choose. */
export function withSwitch(
  list: readonly ModelSetting[],
  target: Target,
  key: 'on' | 'keepWarm',
  value: boolean,
): ModelSetting[] {
  const without = withChoice(list, target, { [key]: undefined });
  const then = choiceOf(without, target)[key] ?? key === 'on';
  return then === value ? without : withChoice(list, target, { [key]: value });
}

/** Places in the list: those for all servers, and those for this one. */
function entriesFor(list: readonly ModelSetting[], { backend, model }: Target): { general: number[]; own: number[] } {
  const general: number[] = [];
  const own: number[] = [];
  for (const [index, entry] of list.entries()) {
    if (!means(entry.model, model, backend.kind)) continue;
    if (entry.backend === undefined) general.push(index);
    else if (rootOf(entry.backend) === backend.id) own.push(index);
  }
  return { general, own };
}

/** Ollama's names may leave out `:latest`. */
function means(written: string, model: string, kind: BackendView['kind']): boolean {
  if (written === model) return true;
  return kind === 'ollama' && !written.includes(':') && model === `${written}:latest`;
}
