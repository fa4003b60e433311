// The faults that this router can have, each seen in some real one. `natlab.sh up --quirk 725,clamp=20`.

const KNOWN = {
  // Of all three protocols.
  conflict: 'this external port is taken by somebody',
  shiftport: 'grants the asked port plus this',
  clamp: 'grants at most this many seconds',
  forget: 'drops a mapping after this many seconds whatever it granted',
  permanent: 'ignores lifetimes: all is kept until it is removed',
  ip: 'tells this external address',
  noip: 'has no external address',
  slow: 'answers after this many milliseconds',
  mute: 'answers no NAT-PMP and no PCP',
  nopmp: 'has no NAT-PMP and no PCP',
  noupnp: 'has no UPnP',
  // Of NAT-PMP and PCP.
  nopcp: 'ignores PCP',
  pmpver: 'answers PCP in NAT-PMP: no such version',
  pcponly: 'answers NAT-PMP in PCP: no such version',
  refuse: 'answers this result to every request for a mapping',
  zerolife: 'grants no time at all',
  epochreset: 'its epoch stays 0',
  epochjump: 'its epoch is this far ahead after five seconds',
  garbage: 'answers something else',
  trunc: 'answers the first six bytes',
  dup: 'answers twice',
  wrongsrc: 'answers from another port',
  // Of UPnP.
  igd1: 'is of version 1',
  ppp: 'has WANPPPConnection',
  noany: 'has no AddAnyPortMapping',
  725: 'takes no lifetime (725)',
  402: 'takes no lifetime (402)',
  err: 'answers this error to every new mapping',
  disconnected: 'says that it has no connection',
  muteupnp: 'answers no search',
  locother: 'says that its description is at another address of the LAN',
  locout: 'says that its description is at this host',
  ctlout: 'says that it is controlled at this host',
  deadhttp: 'takes requests and never answers',
  rst: 'hangs up on every request',
  chunked: 'answers without a length',
  badxml: 'has a description that breaks off',
  bigxml: 'has a description of ten megabytes',
  bomb: 'has a description that grows when entities are resolved',
} as const;

export type Quirk = keyof typeof KNOWN;

export class Quirks {
  readonly #set: ReadonlyMap<string, string>;

  constructor(list: string) {
    this.#set = new Map(
      list.split(',').map((part): [string, string] => {
        const [name = '', value = ''] = part.split('=');
        if (!(name in KNOWN)) throw new Error(`no such quirk: ${name}. There are ${Object.keys(KNOWN).join(' ')}`);
        return [name, value];
      }),
    );
  }

  has(name: Quirk): boolean {
    return this.#set.has(String(name));
  }

  text(name: Quirk): string | undefined {
    return this.#set.get(String(name));
  }

  number(name: Quirk): number | undefined {
    const value = this.#set.get(String(name));
    return value === undefined ? undefined : Number(value);
  }
}
