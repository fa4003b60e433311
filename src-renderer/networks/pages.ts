// What the pages of one network bring to the places that all networks share. What a network can't do, its pages leave out, and the
// part is not shown.
import type { LucideIcon } from 'lucide-react';
import type { ComponentType } from 'react';
import type { z } from 'zod';
import type { NetworkContract } from '../../src-preload/contract/networks/contract.ts';
import type { NetworkCore, NetworkState } from '../../src-preload/contract/networks/core.ts';
import type { Cause } from '../causes.ts';
import type { Tone } from '../components/tone.ts';
import type { Key, Translate } from '../i18n/keys.ts';
import type { Speech } from '../i18n/use-text.ts';

export type ViewOf<C extends NetworkContract> = NetworkCore & {
  readonly id: C['id'];
  readonly detail: z.infer<C['detail']>;
};

export interface Shown<C extends NetworkContract> {
  readonly network: ViewOf<C>;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What is asked of every network before it is joined. */
export const asked = ['sends', 'pays', 'costs', 'sees', 'runs'] as const;
export type Consent = Readonly<Record<(typeof asked)[number], string>>;

/** A kind of event in a network's history. */
export interface EventSign {
  /** Takes a `count` where the same happened again and again. */
  readonly word: Key;
  readonly tone: Tone;
  readonly icon: LucideIcon;
}

/** By the contract of the network: what that names, the compiler asks for here. */
export interface NetworkPages<C extends NetworkContract = NetworkContract> {
  /** How it stands in this network's own words, where it has better ones than those that all share. */
  readonly states?: Partial<Record<NetworkState, Key>>;
  /** In its row on Home: what goes on there now, a few words. Left out: how much runs. */
  readonly Row?: ComponentType<Shown<C>>;
  /** Under Network: facts (`Fact`) of its own in plain words, after those that every network has. */
  readonly Overview?: ComponentType<Shown<C>>;
  /** Facts that need its protocol's words; shown to those who ask for them. */
  readonly Technical?: ComponentType<Shown<C>>;
  /** Why it is as it is, and what can be done about it; empty while all is well. Left out: its reason alone. */
  readonly Trouble?: ComponentType<Shown<C>>;
  /** What it knows of one of its jobs, running or over, by what it ended with: facts (`Fact`) beneath what every job has. */
  readonly Job?: ComponentType<{ readonly id: number; readonly code: string | null }>;
  /** In the first run, beneath what is agreed to: what it needs before it can work. Settings hold at once. */
  readonly First?: ComponentType;
  /** Its own settings, on a tab; left out, it has none beside its switch. */
  readonly Settings?: ComponentType;
  /** What it is, in a sentence for who meets its name for the first time. */
  readonly what?: Key;
  /** What one agrees to by joining. */
  readonly consent: (network: ViewOf<C>, speech: Pick<Speech, 't'>) => Consent;
  /** Of what is agreed to, as its contract has it. */
  readonly consentVersion: number;
  /** What always holds for its work: what is never kept, what it can't reach. */
  readonly promises: readonly Key[];
  /** The lines of a check by their ids. */
  readonly checks: Readonly<Record<keyof C['checks'], Key>>;
  /** The steps of a rehearsal of one of its jobs, by their ids; left out where it has none. */
  readonly rehearsal?: Readonly<Record<string, Key>>;
  /** What is tried so; left out: a job with the user's own runner. */
  readonly rehearsalMeans?: Key;
  /** What its history tells of, by kind. */
  readonly events: Readonly<Record<keyof C['events'], EventSign>>;
  /** A kind of its work in words; undefined for what is none of its kinds. */
  readonly workWords: (what: string, t: Translate) => string | undefined;
  /** What keeps some of its work away although it is online. Blocks: all of it. */
  readonly causes?: (network: ViewOf<C>) => readonly Cause[];
  /** That what it pays in is no money, in a sentence that stands beside totals of it: nothing of it can be paid out. */
  readonly notMoney?: Key;
  /** Capabilities of the jobs that it is known to lease, so that a runner can be chosen for each; it may lease others too. */
  readonly jobCapabilities?: readonly string[];
  /** What it books is what its other side expects, and it never hears what was paid: no page says of it that it is on its way. */
  readonly estimates?: true;
  /** Model servers do its work, or some of it. */
  readonly models: boolean;
  readonly pricing?: {
    /** The whole of it, with what there is besides one price; on its own card. */
    readonly Price: ComponentType;
    /** The price alone, for the first run. */
    readonly First: ComponentType;
    /** What of a task is paid for. */
    readonly counts: Key;
  };
  readonly account?: {
    /** Whether what was earned is claimed, where that can be chosen. */
    readonly Claiming?: ComponentType;
    /** Why a claim waits or has failed, by the code of the reason. */
    readonly claims: Readonly<Record<string, Key>>;
  };
  readonly inbound?: {
    /** The setting that holds a public address given by hand; empty: it is found. */
    readonly address: keyof C['settings'] & string;
    /** What this network is given to know of the way in, where that can be set by hand. */
    readonly Advertised?: ComponentType;
    /** Another way in where nothing leads in: the button for it, and what it would see. */
    readonly relay?: {
      readonly Use: ComponentType;
      readonly sees: Key;
    };
  };
}
