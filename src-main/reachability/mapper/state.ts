// What is known of one mapping, what can happen to it, and what is to be done then: the words of the machine.

import type { Random } from '../../base/random.ts';
import type { MappingError } from '../errors.ts';
import type { CheckAnswer, Mapping } from '../mapping.ts';
import { withdrawAt } from './lease.ts';

/** Between two requests by which a mapping is made anew: a router that never says the same twice is not asked all the time. */
export const RECREATE_APART_MS = 1000;
/** Of times: none. */
export const NEVER = Number.POSITIVE_INFINITY;

export type MappingPhase =
  /** Switched off, or there is no router. */
  | 'idle'
  | 'probing'
  | 'installing'
  | 'mapped'
  | 'renewing'
  /** Renewing fails, while what was granted still holds. */
  | 'degraded'
  /** There was a mapping; looked for anew. */
  | 'lost'
  /** No router answers, or none grants; asked again later. */
  | 'unavailable'
  | 'stopping'
  | 'stopped';

type CallKind = 'install' | 'renew' | 'check' | 'remove';

export interface Call {
  readonly number: number;
  readonly kind: CallKind;
  readonly way: string;
  /** Of `remove`: what comes after it. */
  readonly after: 'install' | 'idle' | 'stopped' | undefined;
}

export interface Lease {
  readonly mapping: Mapping;
  readonly way: string;
  /** Tries to renew it so far that failed. */
  readonly tries: number;
  /** All `Clock.monotonic()`. */
  readonly renewAt: number;
  readonly checkAt: number;
  readonly askedAt: number;
}

export interface MappingState {
  readonly phase: MappingPhase;
  readonly call: Call | undefined;
  /** The number of the last call: answers to earlier ones are dropped. */
  readonly calls: number;
  readonly lease: Lease | undefined;
  /** What the router may have granted without our knowing: asked by this way, and neither answered nor removed. */
  readonly open: string | undefined;
  /** That answered, best first; and which of them are not tried yet. */
  readonly ways: readonly string[];
  readonly untried: readonly string[];
  /** The next install asks for a port other than the one that was had. */
  readonly otherPort: boolean;
  /** In the short pause before the second try of a call that failed. */
  readonly again: 'install' | 'renew' | undefined;
  readonly triedTwice: boolean;
  /** `Clock.monotonic()` of the next search, the end of the pause, or the end of stopping. Infinity: none. */
  readonly wakeAt: number;
  /** The router has lost its state: asked again at this time. Infinity: no. */
  readonly recreateAt: number;
  readonly recreating: boolean;
  /** The router does not list what it had granted. */
  readonly missing: boolean;
  readonly strikes: number;
  /** Searches in vain, one after the other. */
  readonly searches: number;
  readonly outsideFailures: number;
  readonly repairs: number;
  /** Listed by the router, and yet nothing comes through, whatever was tried. */
  readonly unreachable: boolean;
  readonly renewals: number;
  /** How often it was lost by the router and granted again. */
  readonly recreated: number;
  /** There was one on this line. */
  readonly had: boolean;
  readonly lastError: MappingError | undefined;
  /** Of the tries since the last search, the error that tells most: the silence of one way must not hide another's refusal. */
  readonly roundError: MappingError | undefined;
}

export type MappingEvent =
  | { readonly kind: 'tick' | 'announce' | 'epochLost' | 'configChanged' | 'off' | 'stop' }
  /** `sleptMs`: that passed without our clock noticing. */
  | { readonly kind: 'resume'; readonly sleptMs: number }
  /** Another router, another address of ours, or none: nothing that was had there holds here. */
  | { readonly kind: 'networkChanged'; readonly present: boolean }
  | { readonly kind: 'found'; readonly ways: readonly string[] }
  | { readonly kind: 'absent'; readonly error: MappingError | undefined }
  | { readonly kind: 'outsideCheck'; readonly ok: boolean }
  | { readonly kind: 'granted'; readonly call: number; readonly mapping: Mapping }
  | { readonly kind: 'checked'; readonly call: number; readonly answer: CheckAnswer }
  | { readonly kind: 'removed'; readonly call: number }
  | { readonly kind: 'failed'; readonly call: number; readonly error: MappingError };

export type MappingEffect =
  | { readonly kind: 'search' }
  | { readonly kind: 'install'; readonly call: number; readonly way: string; readonly otherPort: boolean }
  | { readonly kind: 'renew' | 'check'; readonly call: number; readonly way: string; readonly mapping: Mapping }
  /** Without a mapping: what the last install may have left. */
  | { readonly kind: 'remove'; readonly call: number; readonly way: string; readonly mapping: Mapping | undefined }
  /** Ends the call that is out; its answer is of no use any more. */
  | { readonly kind: 'cancel'; readonly call: number };

export interface MappingSurroundings {
  /** `Clock.monotonic()`. */
  readonly now: number;
  readonly random: Random;
  /** The user's interval between renewals, milliseconds; Infinity: none. */
  readonly renewEveryMs: number;
}

export interface MappingStep {
  readonly state: MappingState;
  readonly effects: readonly MappingEffect[];
}

export const newMapping: MappingState = {
  phase: 'idle',
  call: undefined,
  calls: 0,
  lease: undefined,
  open: undefined,
  ways: [],
  untried: [],
  otherPort: false,
  again: undefined,
  triedTwice: false,
  wakeAt: NEVER,
  recreateAt: NEVER,
  recreating: false,
  missing: false,
  strikes: 0,
  searches: 0,
  outsideFailures: 0,
  repairs: 0,
  unreachable: false,
  renewals: 0,
  recreated: 0,
  had: false,
  lastError: undefined,
  roundError: undefined,
};

/** What could be published, were it only for the router; undefined when nothing holds. */
export function held({ phase, lease }: MappingState, now: number): Mapping | undefined {
  const holding = phase === 'mapped' || phase === 'renewing' || phase === 'degraded';
  return lease && holding && now < withdrawAt(lease.mapping) ? lease.mapping : undefined;
}

/** `Clock.monotonic()` of the next tick that changes something. */
export function nextTick({ phase, lease, call, wakeAt, recreateAt }: MappingState): number {
  if (!lease || phase === 'stopping' || phase === 'stopped') return wakeAt;
  const free = call || wakeAt !== NEVER ? NEVER : Math.min(lease.renewAt, lease.checkAt, recreateAt);
  return Math.min(wakeAt, free, withdrawAt(lease.mapping));
}

/** A call is out, or its second try is about to be. */
export function busy({ call, again }: MappingState): boolean {
  return call !== undefined || again !== undefined;
}
