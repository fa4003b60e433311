// Which limit holds now: from the answer of availability and what the model servers say of themselves. Pure: its test is a table.

import type { AnswerView } from '../../src-preload/contract/availability.ts';
import type { BackendView, ModelView } from '../../src-preload/contract/backends.ts';
import type { Holding, LimitsView, LimitView } from '../../src-preload/contract/limits.ts';
import type { Resources } from '../work/resources.ts';

export interface LimitFacts {
  readonly now: number;
  readonly answer: AnswerView;
  /** Tasks that hold a slot. */
  readonly active: number;
  readonly backends: readonly BackendView[];
  readonly lends: Omit<Resources, 'slots'>;
  readonly held: readonly Holding[];
  /** Of an engine elsewhere. */
  readonly elsewhere: readonly Holding[];
}

/** How many more, and the limit that says so. */
interface Room {
  readonly tasks: number;
  readonly limit: LimitView;
}

/** Where nothing bounds it. */
const ENDLESS = Number.POSITIVE_INFINITY;

export function limitsOf({ now, answer, active, backends, lends, held, elsewhere }: LimitFacts): LimitsView {
  const shared = { lends: { ...lends, slots: answer.most }, held: [...held], elsewhere: [...elsewhere] };
  const outer = nodeRooms(answer, active);
  const servers = backends.filter((backend) => inUse(backend).length > 0).map(serverRooms);
  const limits = [...outer, ...servers.flatMap(({ rooms }) => rooms)].map(({ limit }) => limit);
  if (servers.length === 0) return { at: now, room: 0, most: active, limits, binding: null, ...shared };
  const open = least(outer);
  const inner = servers.reduce((sum, { room }) => sum + room.tasks, 0);
  const room = Math.min(open.tasks, inner);
  // Where both say the same, the outer one is meant: more room in the servers would change nothing.
  const tightest = open.tasks <= inner ? open : least(servers.map((server) => server.room));
  return {
    at: now,
    room,
    most: active + room,
    limits,
    binding: limits.indexOf(tightest.limit),
    ...shared,
  };
}

/** From the outermost in: what stops everything, the slots that there are, and the part of them that the week opens. */
function nodeRooms(answer: AnswerView, active: number): Room[] {
  const { accepting, why, slots, most } = answer;
  const stops = limit({
    kind: 'availability',
    reached: !accepting,
    says: accepting ? 'No rule or pause stops it.' : `Nothing is taken: ${why?.says ?? 'it is stopped'}.`,
  });
  const all = bound(
    {
      kind: 'slots',
      used: active,
      most,
      setting: 'capacity.maxConcurrent',
      says: `${active} of ${most} tasks over all networks.`,
    },
    Math.max(0, most - active),
  );
  const first = { tasks: accepting ? ENDLESS : 0, limit: stops };
  if (!accepting || slots >= most) return [first, all];
  const quiet = why?.code === 'quiet';
  const says = `${active} of ${slots} tasks, as ${quiet ? 'quiet mode' : 'your week'} has it now.`;
  const setting = quiet ? 'availability.quiet' : 'availability.grid';
  return [
    first,
    all,
    bound({ kind: quiet ? 'quiet' : 'window', used: active, most: slots, setting, says }, Math.max(0, slots - active)),
  ];
}

/** All limits of a server, and the room that they leave together. */
function serverRooms(backend: BackendView): { readonly rooms: Room[]; readonly room: Room } {
  const { id, running, most, budget } = backend;
  const where = { backend: id, setting: 'backends.inference' };
  const own = bound(
    {
      ...where,
      kind: 'backend',
      used: running,
      most,
      says: most === null ? `${id} has no limit of its own.` : `${running} of ${most} calls at ${id}.`,
    },
    most === null ? ENDLESS : Math.max(0, most - running),
  );
  const spent = budget
    ? [
        bound(
          {
            ...where,
            kind: 'budget',
            used: budget.spent,
            most: budget.tokens,
            says: `${budget.spent} of ${budget.tokens} tokens today at ${id}.`,
          },
          budget.spent >= budget.tokens ? 0 : ENDLESS,
        ),
      ]
    : [];
  const each = inUse(backend).map((model) => modelRoom(id, model));
  const bounded = each.filter(({ limit: { most: own } }) => own !== null);
  const together = each.reduce((sum, { tasks }) => sum + tasks, 0);
  const inModels = { ...least(bounded.length > 0 ? bounded : each), tasks: together };
  return { rooms: [own, ...spent, ...bounded], room: least([...spent, own, inModels]) };
}

/** The models that do work, or would if the budget were not spent: then none of them is offered. */
function inUse({ models, budget }: BackendView): readonly ModelView[] {
  const spent = budget !== null && budget.spent >= budget.tokens;
  return models.filter(({ offered, on }) => offered || (spent && on));
}

function modelRoom(backend: string, { id, running, most }: ModelView): Room {
  return bound(
    {
      kind: 'model',
      backend,
      model: id,
      used: running,
      most,
      setting: 'backends.models',
      says: most === null ? `${id} has no limit of its own.` : `${running} of ${most} tasks with ${id}.`,
    },
    most === null ? ENDLESS : Math.max(0, most - running),
  );
}

function bound(facts: Pick<LimitView, 'kind' | 'says'> & Partial<LimitView>, tasks: number): Room {
  return { tasks, limit: limit({ ...facts, reached: tasks === 0 }) };
}

function limit(facts: Pick<LimitView, 'kind' | 'says'> & Partial<LimitView>): LimitView {
  return { backend: null, model: null, used: 0, most: null, reached: false, setting: null, ...facts };
}

/** The first of those that leave the least. */
function least(rooms: readonly Room[]): Room {
  return rooms.reduce((tightest, room) => (room.tasks < tightest.tasks ? room : tightest));
}
