// What was tried to reach a peer, rung by rung: where, and what came of it, as a code with a sentence and what to do next. Each thing
// that can be tried has one rung, which says how it went the last time.

import { SocksClientError } from 'socks';
import type { Reason } from '../../../../src-preload/contract/define.ts';
import type { Rung } from '../../../../src-preload/contract/networks/fips.ts';
import { TooLate } from '../transports/transport.ts';

/** An address that is dialled, relays that are asked where it is, or a hole through the routers of both ends. */
export type Way = Rung['way'];

const TRYING = {
  dialling: { code: 'fips.tried-dialling', message: 'No answer yet.' },
  asking: { code: 'fips.tried-asking', message: 'Relays are being asked where it is.' },
  punching: { code: 'fips.tried-punching', message: 'Both ends try to get through their routers.' },
};

const WORKED = {
  connected: { code: 'fips.tried-connected', message: 'Reached.' },
  advert: { code: 'fips.tried-advert', message: 'Relays know where it is.' },
  'advert-nat': {
    code: 'fips.tried-advert-nat',
    message: 'Relays know it. It is behind a router, through which a hole has to be punched.',
  },
  hole: { code: 'fips.tried-hole', message: 'The way through both routers is open.' },
};

const FAILED = {
  unanswered: {
    code: 'fips.tried-unanswered',
    message: 'No answer.',
    action: 'See that the other computer is on, and that its router lets this port in.',
  },
  'unknown-name': {
    code: 'fips.tried-unknown-name',
    message: 'The name in this address is not known.',
    action: 'Look for a mistake in it, or set an IP address.',
  },
  closed: {
    code: 'fips.tried-closed',
    message: 'Nothing listens at this port.',
    action: 'Start FIPS on the other computer, or correct the port.',
  },
  'no-route': {
    code: 'fips.tried-no-route',
    message: 'This network has no way to that address.',
    action: 'Check the connection to the Internet. An IPv6 address needs IPv6 at both ends.',
  },
  unreachable: {
    code: 'fips.tried-unreachable',
    message: 'No connection could be made.',
    action: 'Hearth tries again by itself.',
  },
  'no-transport': {
    code: 'fips.tried-no-transport',
    message: 'This computer has no transport of that kind switched on.',
    action: 'Switch it on under Network, FIPS, Settings, Listening.',
  },
  'tor-away': {
    code: 'fips.tried-tor-away',
    message: 'Tor does not answer where it is set to be.',
    action: 'Start Tor, or correct networks.fips.torSocks.',
  },
  'tor-failed': {
    code: 'fips.tried-tor-failed',
    message: 'Tor found no way to that onion service.',
    action: 'See that the other computer and its Tor are on.',
  },
  full: {
    code: 'fips.tried-full',
    message: 'This computer has as many neighbours as it may.',
    action: 'Disconnect one that you can do without.',
  },
  denied: {
    code: 'fips.tried-denied',
    message: 'Your own lists don’t let it in.',
    action: 'Change networks.fips.allow or networks.fips.deny.',
  },
  'no-advert': {
    code: 'fips.tried-no-advert',
    message: 'No relay knows where it is.',
    action: 'Have the other computer say where it is, at relays that this one has as well.',
  },
  'relays-away': {
    code: 'fips.tried-relays-away',
    message: 'No relay has answered.',
    action: 'Check the connection to the Internet, and the relays under Network, FIPS, Settings.',
  },
  'advert-useless': {
    code: 'fips.tried-advert-useless',
    message: 'Where relays say it is can’t be reached from here.',
    action: 'See that the other computer is still there. Its word at the relays is renewed within half an hour.',
  },
  'no-shared-relay': {
    code: 'fips.tried-no-shared-relay',
    message: 'It reads what concerns its router at relays that this computer does not have.',
    action: 'Give both computers a relay in common under Network, FIPS, Settings.',
  },
  'hole-no-answer': {
    code: 'fips.tried-hole-no-answer',
    message: 'It did not answer when it was asked to open its router.',
    action: 'See that the other computer is on and has reached its relays.',
  },
  'hole-refused': {
    code: 'fips.tried-hole-refused',
    message: 'It does not want to open its router for this computer.',
    action: 'See that the other computer lets this one in, and has room for a neighbour.',
  },
  'hole-invalid-answer': {
    code: 'fips.tried-hole-invalid-answer',
    message: 'Its answer about its router makes no sense.',
    action: 'Update the other computer, and set the clocks of both.',
  },
  'hole-no-addresses': {
    code: 'fips.tried-hole-no-addresses',
    message: 'No STUN server told this computer its own address, or the other end has none.',
    action: 'Check the STUN servers under Network, FIPS, Settings.',
  },
  'hole-closed': {
    code: 'fips.tried-hole-closed',
    message: 'Both ends tried, and nothing got through their routers.',
    action: 'Forward a port at one of the two routers, or have a third computer pass it on.',
  },
  'hole-no-way': {
    code: 'fips.tried-hole-no-way',
    message: 'There was no way to tell it to open its router.',
    action: 'Give both computers a relay in common under Network, FIPS, Settings.',
  },
  'hole-failed': {
    code: 'fips.tried-hole-failed',
    message: 'No hole could be punched from this computer.',
    action: 'Hearth tries again by itself.',
  },
} satisfies Readonly<Record<string, Reason>>;

export type Outcome = keyof typeof TRYING | keyof typeof WORKED | keyof typeof FAILED;

const STATES = [
  ['trying', TRYING],
  ['worked', WORKED],
  ['failed', FAILED],
] as const;

/** Every outcome with how it stands and what is said of it. */
export const OUTCOMES = Object.fromEntries(
  STATES.flatMap(([state, each]) => Object.entries(each).map(([name, reason]) => [name, { state, reason }])),
) as Readonly<Record<Outcome, Pick<Rung, 'state' | 'reason'>>>;

const ERRNO: Readonly<Record<string, Outcome>> = {
  ENOTFOUND: 'unknown-name',
  EAI_AGAIN: 'unknown-name',
  ENODATA: 'unknown-name',
  ECONNREFUSED: 'closed',
  ENETUNREACH: 'no-route',
  EHOSTUNREACH: 'no-route',
  EADDRNOTAVAIL: 'no-route',
  ETIMEDOUT: 'unanswered',
};

/** Why a transport of that kind got no connection. */
export function dialFault(error: unknown, transport: string): Outcome {
  if (error instanceof SocksClientError) return 'tor-failed';
  if (error instanceof TooLate) return 'unanswered';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // Whoever goes through Tor dials nothing but Tor.
  if (transport === 'tor') return code in ERRNO ? 'tor-away' : 'tor-failed';
  return ERRNO[code] ?? 'unreachable';
}

export interface Climb {
  readonly way: Way;
  /** Of a dialled address. */
  readonly transport?: string;
  readonly address?: string;
}

const MOST_RUNGS = 20;
const MOST_SAID = 120;

export class Ladder {
  readonly #now: () => number;
  /** By what was tried; what was tried last comes last. */
  readonly #rungs = new Map<string, Rung>();

  /** `now`: epoch milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  get rungs(): readonly Rung[] {
    return [...this.#rungs.values()];
  }

  /** `said`: what the other end says of it, a stranger's word. */
  note({ way, transport, address }: Climb, outcome: Outcome, said?: string): void {
    const key = `${way} ${transport} ${address}`;
    this.#rungs.delete(key);
    this.#rungs.set(key, {
      at: this.#now(),
      way,
      transport: transport ?? null,
      address: address ?? null,
      ...OUTCOMES[outcome],
      said: said?.slice(0, MOST_SAID) ?? null,
    });
    if (this.#rungs.size > MOST_RUNGS) this.#rungs.delete(this.#rungs.keys().next().value!);
  }

  /** It is there: what was still being tried has come to nothing, and is not worth a rung. */
  settle(): void {
    for (const [key, { state }] of this.#rungs) if (state === 'trying') this.#rungs.delete(key);
  }
}
