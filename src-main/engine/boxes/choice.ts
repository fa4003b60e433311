// Boxes as one network gets them: what it calls a box has its name put in front, so that no network reaches another's.

import type { BoxEngineChoice } from '../../../src-preload/contract/settings/boxes.ts';
import type { BoxEvent, BoxSpec, BoxStatus, WorkloadBackend } from '../../backends/workloads/backend.ts';
import { BoxInvalid } from '../../backends/workloads/errors.ts';
import type { Template } from '../../backends/workloads/templates.ts';
import type { BoxChoice, BoxOffer, EngineEvent, FreeForBoxes } from '../../networks/boxes.ts';
import type { Capacity } from '../../work/capacity.ts';
import { missingOf } from './elsewhere.ts';
import type { BoxEnds } from './ends.ts';
import { BoxesNotOffered } from './errors.ts';
import type { BoxKeeper, Known } from './keeper.ts';
import { missingAt, type Stage } from './stage.ts';
import type { BoxUse } from './use.ts';

export interface ChoiceDeps {
  readonly keeper: Pick<BoxKeeper, 'stage' | 'known' | 'on' | 'backend' | 'opened' | 'offered'>;
  readonly use: Pick<BoxUse, 'made' | 'last' | 'removed'>;
  readonly ends: Pick<BoxEnds, 'stopping'>;
  readonly capacity: Pick<Capacity, 'roomFor'>;
  /** What its owner has chosen to make boxes with. */
  readonly engine: () => BoxEngineChoice;
  readonly templates: () => readonly Template[];
  /** Whether machines are sold where the processor can't run them by itself. */
  readonly slowMachines: () => boolean;
  /** Whether new boxes may connect to the Internet. */
  readonly internet: () => boolean;
}

/** As the engine knows a network's box; `ownId` undoes it. */
export const boxId = (network: string, id: string) => `${network}-${id}`;

/** Undefined for one of another network, or of none. */
export function ownId(network: string, id: string): string | undefined {
  return id.startsWith(`${network}-`) ? id.slice(network.length + 1) : undefined;
}

const LONGEST_ID = 30;

export function choiceOf(network: string, deps: ChoiceDeps): BoxChoice {
  const { keeper, ends, use, capacity } = deps;
  const of = (id: string) => {
    if (!/^[a-z0-9][a-z0-9-]*$/.test(id) || id.length > LONGEST_ID) throw new BoxInvalid('id');
    return boxId(network, id);
  };
  const own = (spec: BoxSpec): BoxSpec => ({ ...spec, id: of(spec.id) });
  const at = (signal: AbortSignal) => keeper.backend(signal);
  /** An engine that does not answer has said nothing. */
  const unknownWithout = async (
    signal: AbortSignal,
    ask: (boxes: WorkloadBackend) => ReturnType<BoxChoice['status']>,
  ) => {
    const boxes = await at(signal).catch(() => undefined);
    signal.throwIfAborted();
    return boxes ? ask(boxes) : 'unknown';
  };
  return {
    offer: () => offerOf(keeper.stage, keeper.known, deps),
    free: () => freeOf(capacity, network, keeper.known),
    onChange: (listener) => keeper.on('changed', listener),
    onEvent(listener) {
      const offs = [
        keeper.on('box', (event: BoxEvent) => {
          const id = ownId(network, event.id);
          if (id !== undefined) listener({ ...event, id });
        }),
        keeper.on('engine', (kind: EngineEvent['kind']) => listener({ kind })),
      ];
      return () => {
        for (const off of offs) off();
      };
    },
    async needs(spec) {
      const { engine, boxes } = await keeper.opened(AbortSignal.timeout(NEEDS_MS));
      return { ...(await boxes.needs(own(spec))), elsewhere: engine.elsewhere };
    },
    async create(spec, signal, key) {
      const made = own(spec);
      const boxes = await at(signal);
      // At an engine that is left what is there goes on, and may be asked for again.
      const goesOn = keeper.stage.at === 'changing' && ONGOING.has(await boxes.status(made.id, signal));
      if (!goesOn) await keeper.offered(signal, (stage) => new BoxesNotOffered(missingAt(stage)!));
      await (await at(signal)).create(made, signal, key);
      if (!goesOn) use.made(made.id);
    },
    start: async (id, signal) => (await at(signal)).start(of(id), signal),
    async stop(id, signal) {
      const opened = await keeper.opened(signal);
      await use.last(opened, of(id), signal);
      ends.stopping(of(id));
      await opened.boxes.stop(of(id), signal);
    },
    async remove(id, signal) {
      const opened = await keeper.opened(signal);
      await use.last(opened, of(id), signal);
      await opened.boxes.remove(of(id), signal);
      use.removed(of(id));
    },
    status: (id, signal) => unknownWithout(signal, (boxes) => boxes.status(of(id), signal)),
    adopt: (spec, signal) => unknownWithout(signal, (boxes) => boxes.adopt(own(spec), signal)),
    exec: async (id, command, signal) => (await at(signal)).exec(of(id), command, signal),
    answers: async (id, port, signal) => (await at(signal)).answers(of(id), port, signal),
    stats: async (id, signal) => (await at(signal)).stats(of(id), signal),
    logs: async (id, signal) => (await at(signal)).logs(of(id), signal),
    async list(signal) {
      const all = await (await at(signal)).list(signal);
      return all.flatMap((box) => {
        const id = ownId(network, box.id);
        return id === undefined ? [] : [{ ...box, id }];
      });
    },
  };
}

const ONGOING: ReadonlySet<BoxStatus> = new Set(['running', 'stopped']);

/** A request that has no signal of its own. */
const NEEDS_MS = 15_000;

function offerOf(
  stage: Stage,
  known: Known | undefined,
  { templates, slowMachines, internet, engine }: ChoiceDeps,
): BoxOffer {
  // One of the owner's may have got another image since they were looked at.
  const keyOf = ({ slug, image }: Pick<Template, 'slug' | 'image'>) => `${slug} ${image}`;
  const accelerator = known?.probe?.machines.accelerator ?? null;
  const machines = accelerator === 'tcg' ? slowMachines() : accelerator !== null;
  const content = new Map(known?.images.map((image) => [keyOf(image), image.pinned?.id ?? null]));
  return {
    missing: missingAt(stage) ?? missingOf(known, engine()),
    engine: known?.probe
      ? {
          id: known.opened.boxes.id,
          make: known.opened.engine.make,
          host: known.opened.engine.host,
          isolation: 'shared-kernel',
          disk: known.probe.disk,
          internet: known.probe.internet,
          encrypts: known.probe.encryption.works,
          graphics: known.probe.graphics.works,
        }
      : null,
    internet: internet(),
    templates: templates().map((template) => ({
      ...template,
      content: template.machine && !machines ? null : (content.get(keyOf(template)) ?? null),
    })),
  };
}

function freeOf(capacity: ChoiceDeps['capacity'], network: string, known: Known | undefined): FreeForBoxes {
  if (!known) return { cpuMillicores: 0, memoryMiB: 0, diskMiB: 0, ports: 0 };
  const { elsewhere } = known.opened.engine;
  const { cpuMillicores, memoryMiB, diskMiB, ports } = capacity.roomFor(network, { elsewhere });
  return {
    cpuMillicores: Math.min(cpuMillicores, known.capacity.cpuMillicores),
    memoryMiB: Math.min(memoryMiB, known.capacity.memoryMiB),
    diskMiB,
    ports,
  };
}
