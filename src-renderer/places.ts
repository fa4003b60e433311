// The seven places and the first run, their addresses, and what an address means. Never deeper than two: a place, and one thing in it.
import {
  CalendarClock,
  Coins,
  Cpu,
  House,
  ListChecks,
  type LucideIcon,
  Network,
  Settings,
  Sparkles,
} from 'lucide-react';
import type { Key } from './i18n/keys.ts';

/** Those in the rail, in its order. */
export const placeIds = ['home', 'work', 'earnings', 'capacity', 'availability', 'network', 'settings'] as const;
export type RailPlaceId = (typeof placeIds)[number];
/** The first run has an address and no link in the rail. */
export type PlaceId = RailPlaceId | 'setup';

export interface Place {
  readonly id: PlaceId;
  readonly icon: LucideIcon;
  readonly title: Key;
  /** A few sentences on what the place is for. */
  readonly help: Key;
}

export const places: Readonly<Record<PlaceId, Place>> = {
  home: { id: 'home', icon: House, title: 'places.home', help: 'help.home' },
  work: { id: 'work', icon: ListChecks, title: 'places.work', help: 'help.work' },
  earnings: { id: 'earnings', icon: Coins, title: 'places.earnings', help: 'help.earnings' },
  capacity: { id: 'capacity', icon: Cpu, title: 'places.capacity', help: 'help.capacity' },
  availability: { id: 'availability', icon: CalendarClock, title: 'places.availability', help: 'help.availability' },
  network: { id: 'network', icon: Network, title: 'places.network', help: 'help.network' },
  settings: { id: 'settings', icon: Settings, title: 'places.settings', help: 'help.settings' },
  setup: { id: 'setup', icon: Sparkles, title: 'places.setup', help: 'help.setup' },
};

export interface Where {
  readonly place: PlaceId;
  /** What of the place is looked at: a task's number, a part of the settings. */
  readonly detail: string | undefined;
}

/** The address of a place, or of one thing in it: `#/work/17`. */
export function hrefOf(place: PlaceId, detail?: string | number): string {
  return detail === undefined ? `#/${place}` : `#/${place}/${encodeURIComponent(detail)}`;
}

/** Filters stand in it, of names that others gave. */
const LONGEST_DETAIL = 1536;

/** What an address (`/work/17`) means; undefined where it means nothing. Addresses come from links and can be anything. */
export function whereIs(path: string): Where | undefined {
  const [, place = '', detail, ...rest] = path.split('/');
  if (place === '' && detail === undefined) return { place: 'home', detail: undefined };
  if (!Object.hasOwn(places, place) || rest.length > 0) return undefined;
  const decoded = decode(detail);
  return decoded === null ? undefined : { place: place as PlaceId, detail: decoded };
}

/** Null for what is no well-formed or sensible name of a thing. */
function decode(detail: string | undefined): string | undefined | null {
  if (detail === undefined || detail === '') return undefined;
  try {
    const decoded = decodeURIComponent(detail);
    return decoded.length <= LONGEST_DETAIL ? decoded : null;
  } catch {
    return null;
  }
}
