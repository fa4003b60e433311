// What the outside sees of us, by asking several STUN servers at once from one socket (RFC 8489), and how the NAT before us
// behaves, as far as that was measured and no further (RFC 5780 4.3, 4.4).

import type { NatType } from '../../../src-preload/contract/reachability.ts';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { addressKind } from '../addresses.ts';
import { STUN } from '../bounds.ts';
import type { Endpoint, Family } from '../mapping.ts';
import type { StunAnswer } from './codec.ts';
import { findStunServer, type LookUp, parseStunServer, systemLookUp } from './servers.ts';
import { type Datagrams, StunSocket } from './socket.ts';

export interface StunQuestion {
  /** As in the setting; at most eight are asked. */
  readonly servers: readonly string[];
  readonly family: Family;
  /** The address of ours to ask from: the line's, so that a VPN is not asked about. Undefined: whatever the system takes. */
  readonly local: string | undefined;
  /**
   * A bound socket of the caller's to ask from in place of one of our own: then `reflexive` is where that socket is seen, which is what
   * hole punching needs. It stays open. Filtering is not asked about, for only a socket that has sent nothing yet can tell.
   */
  readonly datagrams?: Datagrams | undefined;
  readonly signal: AbortSignal;
  /** For each of three steps: finding the servers, asking them, asking one about filtering. */
  readonly timeoutMs: number;
}

/** How the outside port comes about: the same towards everybody, another one towards each, or it was not found out. */
export type NatMapping = 'endpoint-independent' | 'symmetric' | 'unknown';
export interface StunFinding {
  readonly family: Family;
  /** Where we are seen; undefined when no server answered, or they tell different addresses and none has more voices. */
  readonly reflexive: Endpoint | undefined;
  readonly mapping: NatMapping;
  readonly nat: NatType;
  /** What each server said, in the order of the setting. */
  readonly servers: readonly {
    readonly server: string;
    readonly seen: Endpoint | undefined;
    /** invalid: no `host:port` · unresolved: no such name in this family · silent: nothing came · refused: it said no */
    readonly trouble: 'invalid' | 'unresolved' | 'silent' | 'refused' | undefined;
  }[];
}

/** Rejects only with the signal's reason; leaves no socket and no timer. Nothing but the named servers is asked, and their other addresses. */
export async function askStun(
  deps: { readonly clock: Clock; readonly random: Random; readonly lookUp?: LookUp },
  { servers, family, local, datagrams, signal, timeoutMs }: StunQuestion,
): Promise<StunFinding> {
  signal.throwIfAborted();
  const { clock, lookUp = systemLookUp } = deps;
  const named = [...new Set(servers)].slice(0, STUN.servers);
  const targets = await Promise.all(
    named.map(async (server) => {
      const parsed = parseStunServer(server);
      if (!parsed) return { server, trouble: 'invalid' as const };
      const at = await findStunServer({ clock, lookUp }, parsed, family, { signal, timeoutMs });
      return at ? { server, at } : { server, trouble: 'unresolved' as const };
    }),
  );
  const answers = await StunSocket.use(deps, { family, local, datagrams, signal }, async (socket) =>
    Promise.all(
      targets.map(async (target) => {
        if (!target.at) return { ...target, answer: undefined, points: [] };
        const { at } = target;
        const answer = await socket.ask(at, timeoutMs);
        const points: Point[] = answer?.mapped ? [{ asked: at, seen: answer.mapped }] : [];
        // One server with two addresses is as good as two servers.
        const other = otherOf(at, answer);
        const second = other && (await socket.ask(other, timeoutMs));
        if (other && second?.mapped) points.push({ asked: other, seen: second.mapped });
        return { ...target, answer, points };
      }),
    ),
  );
  const mapping = mappingOf(answers.flatMap(({ points }) => points));
  const able = answers.find(({ at, answer }) => at && otherOf(at, answer));
  const nat = mapping === 'endpoint-independent' && able?.at && !datagrams ? await filtering(able.at) : 'unknown';
  return {
    family,
    reflexive: reflexiveOf(answers.flatMap(({ points }) => points.slice(0, 1))),
    mapping,
    nat: mapping === 'symmetric' ? 'symmetric' : nat,
    servers: answers.map(({ server, trouble, answer }) => ({
      server,
      seen: answer?.mapped,
      trouble: trouble ?? (answer?.mapped ? undefined : answer ? 'refused' : 'silent'),
    })),
  };

  /** From a socket of its own, which has never sent anything to the server's other address. */
  function filtering(at: Endpoint): Promise<NatType> {
    return StunSocket.use(deps, { family, local, signal }, async (socket) => {
      const [plain, far, near] = await Promise.all([
        socket.ask(at, timeoutMs),
        socket.askToChange(at, 'address and port', timeoutMs),
        socket.askToChange(at, 'port', timeoutMs),
      ]);
      // Silence only means something while the server is there, and does what it is asked.
      if (!plain || far === 'unsupported' || near === 'unsupported') return 'unknown';
      if (far === 'came') return 'full_cone';
      return near === 'came' ? 'restricted_cone' : 'port_restricted';
    });
  }
}

interface Point {
  readonly asked: Endpoint;
  readonly seen: Endpoint;
}

/** The server's other address, if it is one: a stranger must not send us anywhere else, into our own network least of all. */
function otherOf(at: Endpoint, answer: StunAnswer | undefined): Endpoint | undefined {
  const other = answer?.other;
  if (!other || other.port < 1024 || other.address === at.address || other.port === at.port) return undefined;
  return addressKind(other.address) === addressKind(at.address) && isSameFamily(other.address, at.address)
    ? other
    : undefined;
}

const isSameFamily = (one: string, two: string) => one.includes(':') === two.includes(':');

/** Two ports differ: symmetric. That it is the same towards all is only known when different addresses were asked. */
function mappingOf(points: readonly Point[]): NatMapping {
  const [first] = points;
  if (!first) return 'unknown';
  const same = points.filter(({ seen }) => seen.address === first.seen.address);
  if (same.some(({ seen }) => seen.port !== first.seen.port)) return 'symmetric';
  const asked = new Set(same.map(({ asked: { address } }) => address));
  return same.length === points.length && asked.size > 1 ? 'endpoint-independent' : 'unknown';
}

/** The address that most servers tell. */
function reflexiveOf(points: readonly Point[]): Endpoint | undefined {
  const voices = Map.groupBy(points, ({ seen }) => seen.address);
  const [first, second] = [...voices.values()].sort((one, two) => two.length - one.length);
  return first && first.length > (second?.length ?? 0) ? first[0]?.seen : undefined;
}
