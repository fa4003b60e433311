// What the tries from inside a box mean. Pure: what was seen in, a verdict for each check out. A check that was not seen has not held.

import type { ProbeCheck, ProbeCheckId } from './backend.ts';
import { CAPABILITIES, RESOLVERS } from './box-plan.ts';
import type { Target } from './probe-script.ts';

/** Their numbers (linux/capability.h). */
const BITS: Readonly<Record<(typeof CAPABILITIES)[number], bigint>> = {
  CHOWN: 0n,
  DAC_OVERRIDE: 1n,
  FOWNER: 3n,
  KILL: 5n,
  SETGID: 6n,
  SETUID: 7n,
  NET_BIND_SERVICE: 10n,
  SYS_CHROOT: 18n,
};
const ALLOWED = CAPABILITIES.reduce((mask, name) => mask | (1n << BITS[name]), 0n);

export interface Tried {
  readonly kind: 'container' | 'system';
  /** Refused by the network around it, and not by a filter of its own. */
  readonly byNetwork: boolean;
  readonly targets: readonly Target[];
  /** Which of them were seen to arrive, as `address port`, whatever the box was answered. */
  readonly arrived: ReadonlySet<string>;
  readonly memoryBytes: number;
  /** Null: the engine limits none. */
  readonly pids: number | null;
  readonly cpuMillicores: number;
  /** Whether the root was to be read-only. */
  readonly readOnlyRoot: boolean;
}

export interface Verdict {
  readonly checks: readonly ProbeCheck[];
  readonly internet: boolean;
}

/** The words of a system call that the packet filter refused, or that found no way. Anything else may have been an answer. */
const STOPPED =
  /^(?:No route to host|Operation not permitted|Permission denied|Network is unreachable|Cannot assign requested address|Address family not supported by protocol)$/;

/**
 * Where the rules of a network answer as a host without such a port does. Of this computer, which listens meanwhile, that is no answer; the
 * other places stand in the same rule.
 */
const STOPPED_BY_NETWORK =
  /^(?:Connection refused|silence|No route to host|Network is unreachable|Permission denied|Cannot assign requested address)$/;

export function verdictOn(said: string, tried: Tried): Verdict {
  const seen = new Map(
    said.split('\n').map((line): [string, string] => {
      const [name = '', text = ''] = line.split('\t', 2);
      return [name, text.trim()];
    }),
  );
  const get = (name: string) => seen.get(name);
  const complete = seen.has('end');
  const check = (id: ProbeCheckId, held: (text: string) => boolean, name: string = id): ProbeCheck => {
    const text = get(name);
    if (text === undefined || !complete) return { id, held: false, seen: 'not seen' };
    return { id, held: held(text), seen: text === '' ? 'done' : text };
  };
  const refused = (text: string) => text !== '';
  const number = (text: string) => (/^\d+$/.test(text) ? Number(text) : undefined);
  const blocks = get('block-devices');
  const internet = get('internet') === 'reached';
  const places = [...seen].filter(([name]) => name.startsWith('disk '));
  const shared = [
    check('devices', (text) => refused(text) && blocks === ''),
    check('kernel-settings', (text) => refused(text) && refused(get('kernel-log') ?? '')),
    ...netChecks(tried, get, complete),
  ];
  if (tried.kind === 'system') {
    return {
      internet,
      checks: [
        // Its root is somebody without rights outside.
        check('users', (text) => /^\s*0\s+[1-9]\d*\s+\d+\s*$/.test(text)),
        check('seccomp', (text) => text === '2'),
        // Ended by the kernel, for it wanted more than it has.
        check('memory', (text) => text === '137', 'memory-tried'),
        ...(tried.pids === null ? [] : [check('pids', (text) => /fork/i.test(text), 'processes-tried')]),
        diskCheck(places, complete),
        ...shared,
      ],
    };
  }
  return {
    internet,
    checks: [
      check('capabilities', (text) => /^[0-9a-f]{16}$/.test(text) && (BigInt(`0x${text}`) & ~ALLOWED) === 0n),
      check('no-new-privileges', (text) => text === '1'),
      check('seccomp', (text) => text === '2'),
      check('memory', (text) => number(text) === tried.memoryBytes),
      check('cpu', (text) => quotaOf(text) === tried.cpuMillicores),
      ...(tried.pids === null ? [] : [check('pids', (text) => number(text) === tried.pids)]),
      diskCheck(places, complete),
      ...(tried.readOnlyRoot ? [check('read-only', refused)] : []),
      check('mount', refused),
      ...shared,
      check('dns', (text) => {
        const servers = text.split(/\s+/).filter((server) => server !== '');
        return servers.length > 0 && servers.every((server) => (RESOLVERS as readonly string[]).includes(server));
      }),
    ],
  };
}

/** Each place that could be written was full in the end. */
function diskCheck(places: readonly (readonly [string, string])[], complete: boolean): ProbeCheck {
  const open = places.find(([, text]) => !/^(?:No space left on device|Disk quota exceeded)$/.test(text));
  const shown = open ?? places[0];
  return {
    id: 'disk',
    held: complete && places.length > 0 && open === undefined,
    seen: shown ? `${shown[0].slice('disk '.length)}: ${shown[1] === '' ? 'never full' : shown[1]}` : 'not seen',
  };
}

/** Thousandths of a core, as cgroups of either version have it: `quota period`, or the quota alone of a tenth of a second. */
function quotaOf(text: string): number | undefined {
  const [quota, period = '100000'] = text.split(' ');
  const millicores = (Number(quota) / Number(period)) * 1000;
  return Number.isFinite(millicores) ? Math.round(millicores) : undefined;
}

function netChecks(
  { byNetwork, targets, arrived }: Tried,
  get: (name: string) => string | undefined,
  complete: boolean,
): readonly ProbeCheck[] {
  const stopped = byNetwork ? STOPPED_BY_NETWORK : STOPPED;
  const groups = Map.groupBy(targets, ({ check }) => check);
  return [...groups].map(([id, all]): ProbeCheck => {
    const outcomes = all.map((target) => {
      const where = `${target.address} ${target.port}`;
      const text = get(`net ${target.check} ${where}`) ?? 'not seen';
      return {
        where,
        text: arrived.has(where) ? `${text}, and it arrived` : text,
        held: stopped.test(text) && !arrived.has(where),
      };
    });
    const failed = outcomes.filter(({ held }) => !held);
    const [shown] = failed.length > 0 ? failed : outcomes;
    return { id, held: complete && failed.length === 0, seen: `${shown!.where}: ${shown!.text}` };
  });
}
