// What others are told of this provider: pure, from what is so now.

import type { Resources } from '../../../work/resources.ts';
import type { OfferedSpec } from '../catalog.ts';
import { podSpec } from '../leases/access.ts';
import type { Heartbeat } from '../wire/heartbeat.ts';
import type { Offer } from '../wire/offer.ts';

export interface OfferFacts {
  /** Hex. */
  readonly publicKey: string;
  readonly name: string;
  readonly location: string;
  readonly specs: readonly OfferedSpec[];
  readonly mints: readonly string[];
  /** Slugs of what can be run here now. */
  readonly templates: readonly string[];
  readonly engine: string | null;
  /** Whether machines may connect to the Internet. */
  readonly internet: boolean;
  readonly uptimePercent: number;
  readonly jobsDone: number;
  /** Where customers come over HTTP; empty: nowhere. */
  readonly httpUrl: string;
}

export type Free = Pick<Resources, 'cpuMillicores' | 'memoryMiB' | 'diskMiB'>;

/** Said among what can be had, where every program reads: machines only answer. */
export const NO_INTERNET = 'no-internet';

/** The same of a graphics card, which some of the specs have: their descriptions say which. */
export const GRAPHICS = 'gpu';

const GIB = 1024;
const MOST_NAMES = 64;

export function offerOf(facts: OfferFacts): Offer {
  const { publicKey, name, location, specs, mints, templates, engine, internet } = facts;
  const { uptimePercent, jobsDone, httpUrl } = facts;
  return {
    // Programs compare it as text with the key that signed, so it is hex despite its name.
    provider_npub: publicKey,
    hostname: name,
    location: location === '' ? null : location,
    capabilities: [
      ...(engine === null ? [] : [engine]),
      ...(internet ? [] : [NO_INTERNET]),
      ...(specs.some(({ gpuMiB }) => gpuMiB !== undefined) ? [GRAPHICS] : []),
      ...templates,
    ].slice(0, MOST_NAMES),
    specs: specs.map((spec) => podSpec(spec, spec.rateMsat)),
    whitelisted_mints: mints.slice(0, MOST_NAMES),
    uptime_percent: Math.round(uptimePercent * 10) / 10,
    total_jobs_completed: jobsDone,
    api_endpoint: httpUrl === '' ? null : httpUrl,
    version: 1,
    isolation_level: 'shared-kernel',
  };
}

/** `free`: null while nothing is sold, and then nothing is free either. */
export function heartbeatOf(publicKey: string, timestamp: number, active: number, free: Free | null): Heartbeat {
  return {
    provider_npub: publicKey,
    timestamp,
    active_workloads: active,
    available_capacity: {
      cpu_available: free?.cpuMillicores ?? 0,
      memory_mb_available: free?.memoryMiB ?? 0,
      storage_gb_available: Math.floor((free?.diskMiB ?? 0) / GIB),
    },
    version: 1,
  };
}

const FIRST = [
  'amber',
  'brave',
  'calm',
  'clever',
  'copper',
  'eager',
  'fair',
  'gentle',
  'golden',
  'happy',
  'keen',
  'kind',
  'lucky',
  'merry',
  'quiet',
  'swift',
] as const;
const SECOND = [
  'birch',
  'cedar',
  'clover',
  'fern',
  'hazel',
  'heather',
  'holly',
  'ivy',
  'juniper',
  'linden',
  'maple',
  'oak',
  'olive',
  'pine',
  'rowan',
  'willow',
] as const;
const THIRD = [
  'badger',
  'beaver',
  'crane',
  'dormouse',
  'finch',
  'fox',
  'hare',
  'heron',
  'lark',
  'lynx',
  'marten',
  'otter',
  'owl',
  'robin',
  'swan',
  'wren',
] as const;

/** Three words that follow from the key, for a provider whose owner has given it no name. */
export function nameFor(publicKey: string): string {
  const at = (n: number) => Number.parseInt(publicKey.slice(n * 2, n * 2 + 2), 16) % FIRST.length;
  return `${FIRST[at(0)]}-${SECOND[at(1)]}-${THIRD[at(2)]}`;
}
