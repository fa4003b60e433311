// Computers that are network namespaces, with a cable between each two that are joined. Root and iproute2; nothing of this computer's
// own network is touched.
import { execFileSync, spawnSync } from 'node:child_process';
import { onTestFinished } from 'vitest';

const ip = (...args: readonly string[]) =>
  execFileSync('ip', [...args], { stdio: ['ignore', 'pipe', 'pipe'] }).toString();

/** Why there can be none here; undefined: there can. */
export function whyNoNamespaces(): string | undefined {
  const name = `hearth-probe-${process.pid}`;
  const made = spawnSync('ip', ['netns', 'add', name], { stdio: 'ignore' });
  if (made.status !== 0) return 'this process can make no network namespaces';
  spawnSync('ip', ['netns', 'delete', name], { stdio: 'ignore' });
  return undefined;
}

let count = 0;

export interface Namespace {
  readonly name: string;
  ip(...args: readonly string[]): string;
  /** A command line that runs there. */
  inside(command: string, args: readonly string[]): readonly [command: string, args: readonly string[]];
  /** What goes in front of a command whose network alone is to be there: what it mounts is mounted for all. It becomes that command. */
  readonly network: readonly [program: string, ...args: string[]];
}

/** Gone when the test is over, with all that is in it. */
export function namespace(label: string): Namespace {
  count += 1;
  const name = `hearth-${process.pid}-${count}-${label}`;
  ip('netns', 'add', name);
  onTestFinished(() => void spawnSync('ip', ['netns', 'delete', name], { stdio: 'ignore' }));
  ip('-n', name, 'link', 'set', 'lo', 'up');
  return {
    name,
    ip: (...args) => ip('-n', name, ...args),
    inside: (command, args) => ['ip', ['netns', 'exec', name, command, ...args]],
    network: ['nsenter', `--net=/run/netns/${name}`, '--'],
  };
}

/** The first gets `10.x.y.1`, the second `10.x.y.2`. */
export function join(one: Namespace, other: Namespace, subnet: `10.${number}.${number}`): void {
  count += 1;
  const ends = [one, other].map((each, at) => ({ each, device: `h${process.pid % 100_000}v${count}${'ab'[at]}`, at }));
  const [a, b] = ends as [(typeof ends)[0], (typeof ends)[0]];
  ip('link', 'add', a.device, 'netns', one.name, 'type', 'veth', 'peer', 'name', b.device, 'netns', other.name);
  for (const { each, device, at } of ends) {
    each.ip('address', 'add', `${subnet}.${at + 1}/24`, 'dev', device);
    each.ip('link', 'set', device, 'up');
  }
}
