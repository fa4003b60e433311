// What the form of the engine says, as the setting has it. Pure.
import { BoxEngineChoice } from '../../../src-preload/contract/settings/boxes.ts';

export type Engine = BoxEngineChoice['engine'];
type MemberOf<E extends Engine> = Exclude<keyof Extract<BoxEngineChoice, { engine: E }>, 'engine'>;
/** Of each engine, so that none is lost of any. */
export type Member = { [E in Engine]: MemberOf<E> }[Engine];

/** What boxes may have of one elsewhere. */
const MOST = { cores: '', memoryGiB: '', diskGiB: '' } as const;

/** Each engine with what can be said of it, in the order of the form: an example, or what stands for nothing typed. */
export const ENGINES: { readonly [E in Engine]: Readonly<Record<MemberOf<E>, string>> } = {
  containers: {
    at: 'ssh://me@server/run/podman/podman.sock, tcp://server:2376',
    certificates: 'ca.pem, cert.pem, key.pem',
    ...MOST,
    gpuGiB: '',
  },
  lxd: {
    at: 'https://server:8443',
    certificates: 'client.crt, client.key, server.crt',
    socket: '/var/lib/incus/unix.socket',
    pool: 'default',
    ...MOST,
    gpuGiB: '',
  },
  proxmox: {
    at: 'https://server:8006',
    certificates: 'token (user@realm!name=secret), ca.pem',
    storage: 'local-lvm',
    bridge: 'vmbr0',
    vmids: '1000-1999',
    ...MOST,
  },
  kubernetes: {
    certificates: 'kubeconfig',
    context: '',
    storageClass: '',
    service: 'NodePort',
    address: '',
    ...MOST,
    gpuGiB: '',
    toolbox: 'docker.io/library/debian:12-slim',
  },
};
export const engines = Object.keys(ENGINES) as Engine[];

export interface Line {
  readonly member: Member;
  readonly example: string;
  /** It can't be left empty. */
  readonly needed: boolean;
}

export function linesOf(engine: Engine): readonly Line[] {
  const needed = faultsOf({ engine });
  const lines = Object.entries(ENGINES[engine]) as [Member, string][];
  return lines.map(([member, example]) => ({ member, example, needed: needed.has(member) }));
}

/** What is typed, by engine, so that nothing of one is taken for another's. */
export type Entry = Readonly<Partial<Record<Member, string>>>;
export type Entries = Readonly<Partial<Record<Engine, Entry>>>;

export function entriesOf({ engine, ...rest }: BoxEngineChoice): Entries {
  const written = Object.entries(rest).map(([member, value]) => [
    member,
    Array.isArray(value) ? value.join('-') : String(value),
  ]);
  return { [engine]: Object.fromEntries(written) as Entry };
}

/** What is more than a text in the setting. */
const READ: Partial<Record<Member, (typed: string) => unknown>> = {
  vmids: (typed) => typed.split(/\s*[-–]\s*/).map(Number),
  cores: Number,
  memoryGiB: Number,
  diskGiB: Number,
  gpuGiB: Number,
};

export interface Reading {
  /** Fields that can't be as they are. */
  readonly wrong: ReadonlySet<Member>;
  /** Undefined where there is one. */
  readonly choice: BoxEngineChoice | undefined;
}

export function read(engine: Engine, entry: Entry): Reading {
  const said = linesOf(engine).flatMap(({ member }) => {
    const typed = entry[member]?.trim() ?? '';
    return typed === '' ? [] : [[member, READ[member]?.(typed) ?? typed]];
  });
  const value: unknown = { engine, ...Object.fromEntries(said) };
  return { wrong: faultsOf(value), choice: BoxEngineChoice.safeParse(value).data };
}

function faultsOf(value: unknown): ReadonlySet<Member> {
  const { error } = BoxEngineChoice.safeParse(value);
  return new Set(error?.issues.map(({ path }) => path[0] as Member));
}
