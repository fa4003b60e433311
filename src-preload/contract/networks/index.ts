// The networks as the rest of the house sees them, made of the registry: a new one is a line there and no line here.

import { z } from 'zod';
import { inFront, live, Nothing, Reason, type RequestDefinition, request, Time } from '../define.ts';
import type { NetworkContract } from './contract.ts';
import { NetworkCore, Severity } from './core.ts';
import { networkContracts } from './registry.ts';

export * from './core.ts';

type Contracts = typeof networkContracts;
export type NetworkId = keyof Contracts;

export const networkIds = Object.keys(networkContracts) as [NetworkId, ...NetworkId[]];
export const NetworkId = z.enum(networkIds);

const contracts = Object.values(networkContracts) as readonly NetworkContract[];

/** What its own page shows of a network. */
export type NetworkDetail<I extends NetworkId = NetworkId> = z.infer<Contracts[I]['detail']>;
export type NetworkViewOf<I extends NetworkId> = NetworkCore & { id: I; detail: NetworkDetail<I> };
/** The neutral core, with a `detail` of its own for each id. */
export type NetworkView = { [I in NetworkId]: NetworkViewOf<I> }[NetworkId];

/** That of one network, with its own detail; undefined where it is not among them. */
export function viewOf<I extends NetworkId>(views: readonly NetworkView[], id: I): NetworkViewOf<I> | undefined {
  return views.find((view) => view.id === id) as NetworkViewOf<I> | undefined;
}

const views = contracts.map(({ id, detail }) => NetworkCore.extend({ id: z.literal(id), detail }));
export const NetworkView = z.discriminatedUnion('id', views as never) as z.ZodType<NetworkView>;

export type NetworkEventKind = { [I in NetworkId]: keyof Contracts[I]['events'] & string }[NetworkId];
const eventKinds = contracts.flatMap(({ events }) => Object.keys(events)) as [NetworkEventKind, ...NetworkEventKind[]];

/** Something that happened between this node and a network; the same again and again is one event with a count. */
export const NetworkEvent = z.object({
  id: z.number().int(),
  kind: z.enum(eventKinds),
  severity: Severity,
  /** The first time and the last. */
  at: Time,
  until: Time,
  count: z.number().int().positive(),
  /** Why, where it failed. */
  reason: Reason.nullable(),
  /** How long the last one took. */
  tookMs: z.number().int().nonnegative().nullable(),
});
export type NetworkEvent = z.infer<typeof NetworkEvent>;

export const NetworkHistory = z.object({
  /** Newest first; the newest may still grow. The last 500 are kept. */
  items: z.array(NetworkEvent),
  next: z.number().int().nullable(),
});
export type NetworkHistory = z.infer<typeof NetworkHistory>;

export type CheckId = { [I in NetworkId]: keyof Contracts[I]['checks'] & string }[NetworkId];
const checkIds = contracts.flatMap(({ checks }) => Object.keys(checks)) as [CheckId, ...CheckId[]];

/** One thing that has to be right with this node; `reason` says how it is, and what to do next. */
export const CheckLine = z.object({
  id: z.enum(checkIds),
  /** Warning: not as it should be, or it could not be found out. */
  state: z.enum(['ok', 'warning', 'failed', 'skipped']),
  reason: Reason,
});
export type CheckLine = z.infer<typeof CheckLine>;

export const NetworkCheck = z.object({ id: NetworkId, at: Time, ok: z.boolean(), lines: z.array(CheckLine) });
export type NetworkCheck = z.infer<typeof NetworkCheck>;

/** One job taken the whole way against practice servers on this computer, step by step. */
export const JobRehearsal = z.object({
  id: NetworkId,
  at: Time,
  /** Milliseconds. */
  tookMs: z.number().nonnegative(),
  ok: z.boolean(),
  /** Of the job, or the template of the container. */
  capability: z.string(),
  /** Who did it: a runner of the user's own, the one for practice where there is none, or the container engine of this computer. */
  by: z.enum(['own-runner', 'practice-runner', 'engine']),
  /** By the names that the contract of the network has for them. Skipped: an earlier one failed. The reason says why one failed. */
  steps: z.array(z.object({ id: z.string(), state: z.enum(['ok', 'failed', 'skipped']), reason: Reason.nullable() })),
});
export type JobRehearsal = z.infer<typeof JobRehearsal>;

/** The public half of an identity. */
const Known = z.object({ nodeId: z.string(), publicKey: z.string() });

type Both<U> = (U extends unknown ? (each: U) => void : never) extends (all: infer I) => void ? I : never;

/** The settings of all networks, by their paths. */
export const networkSettings = Object.assign({}, ...contracts.map(({ settings }) => settings)) as Both<
  Contracts[NetworkId]['settings']
>;

/** A network's own question; undefined where it has none of that name. */
export function ownRequest(id: NetworkId, name: string): RequestDefinition | undefined {
  const own: NetworkContract['requests'] = networkContracts[id].requests;
  return Object.hasOwn(own, name) ? own[name] : undefined;
}

/** Its input is held against the network's own schema with the rest. */
const Question = z
  .object({ id: NetworkId, name: z.string().max(64), input: z.json().optional() })
  .transform(({ id, name, input }, context): { id: NetworkId; name: string; input: unknown } => {
    const parsed = ownRequest(id, name)?.input.safeParse(input);
    for (const { message, path } of parsed?.error?.issues ?? []) {
      context.addIssue({ code: 'custom', message, path: ['input', ...path] });
    }
    return { id, name, input: parsed?.data };
  });

export const networksRequests = {
  'networks.get': request(Nothing, live(z.array(NetworkView))),
  /** `before` is the `next` of the page before. */
  'networks.history': request(
    z.object({
      id: NetworkId,
      before: z.number().int().optional(),
      limit: z.number().int().min(1).max(200).default(50),
    }),
    NetworkHistory,
  ),
  /** Looks at this node as others would, within 20 s. */
  'networks.check': request(z.object({ id: NetworkId }), NetworkCheck),
  /**
   * Takes one job the whole way: a throw-away node with the user's runners or container engine, and practice servers around it. Nothing
   * leaves this computer, nothing is earned, nothing is left behind. It takes as long as the runner does. Refused with `networks.cannot`
   * where the network has no such rehearsal, with `rehearsal.running` and `runners.held`.
   */
  'networks.rehearse': request(z.object({ id: NetworkId }), JobRehearsal),
  /**
   * Makes this computer's identity at a network, without joining it, so that a backup can hold it from the beginning. Where
   * there is one already it stays as it is. This and the next two are refused with `networks.cannot` where the network lacks the
   * capability.
   */
  'networks.identify': request(z.object({ id: NetworkId }), Known),
  /**
   * Takes another key for what clients seal to this computer; what was sealed to the one before is opened for 90 days more.
   * Refused with a code of the network's own where it would not be taken. Backups made before hold the old key alone.
   */
  'networks.rotateKey': inFront(request(z.object({ id: NetworkId }), Known.pick({ publicKey: true }))),
  /**
   * Becomes a new node at a network, where that will never again believe who this computer was: leaves it, and joins it anew where
   * it is switched on. What was earned and not received yet is given up, the reputation begins anew. The identity before stays in
   * the data folder and in backups. Takes as long as the tasks that run.
   */
  'networks.newIdentity': inFront(request(z.object({ id: NetworkId }), Known)),
  /**
   * A question of a network's own, by the name, the input and the output that its contract has for it. Refused with
   * `networks.cannot` where it has none of that name.
   */
  'networks.ask': {
    ...inFront(
      request(Question, z.json()),
      ({ id, name, input }) => ownRequest(id, name)?.inFront?.(input as never) ?? false,
    ),
    outputOf: ({ id, name }: z.output<typeof Question>) => ownRequest(id, name)?.output ?? z.null(),
  },
};

export const networksPushes = { 'networks.changed': live(z.array(NetworkView)) };
