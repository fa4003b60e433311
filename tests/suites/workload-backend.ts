// What every engine that runs boxes for strangers has to hold to, whatever the engine: prepared before it is started, every call twice, an
// unknown that is never taken for absent, and nothing left. Run it for each kind, on a real one.

import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import type { BoxEvent, BoxSpec, WorkloadBackend } from '../../src-main/backends/workloads/backend.ts';
import { BOX } from '../../src-main/backends/workloads/bounds.ts';
import { freePort } from '../support/network.ts';
import { until } from '../support/wait.ts';

export interface WorkloadBackendSuite {
  readonly name: string;
  /** Why it can't be tried here. */
  readonly reason: string | undefined;
  /** As a node has it that was just started: nothing is remembered of one before. */
  backend(
    installation?: string,
    times?: { readonly exec?: number; readonly grace?: number; readonly machineGrace?: number },
  ): WorkloadBackend;
  /** What the engine calls an image that has busybox, a shell of it among others. */
  image(): Promise<string>;
  /** Names of all that there is at the engine, of whatever installation. */
  everything(): readonly string[];
  /**
   * Left out: containers. System: whole systems that share the kernel. Machine: whole machines, in which nothing runs but what they were
   * given when they were made, and which take a while to begin.
   */
  readonly kind?: 'system' | 'machine';
  /** A program of this computer stands in for the engine: its boxes answer as real ones do, and hold nothing. */
  readonly standIn?: {
    readonly cpuMillicores: number;
    /** Ends a whole box, from inside. */
    readonly shutdown: string;
  };
  /** The engine goes away while `during` runs. */
  without(during: () => Promise<void>): Promise<void>;
}

const never = new AbortController().signal;

export function workloadBackendSuite(suite: WorkloadBackendSuite): void {
  describe.skipIf(suite.reason !== undefined)(`boxes of ${suite.name}`, { timeout: 120_000 }, () => {
    let image: Promise<string> | undefined;
    const imageOnce = () => {
      image ??= suite.image();
      return image;
    };
    const boxes = () => suite.backend();
    const shell = async (text: string, more: Partial<BoxSpec> = {}): Promise<BoxSpec> => ({
      id: 'lease-1',
      image: await imageOnce(),
      command: ['/bin/sh', '-c', suite.standIn ? `(${text}); ${suite.standIn.shutdown}` : text],
      env: {},
      cpuMillicores: 500,
      memoryMiB: 32,
      diskMiB: 8,
      pids: 32,
      ports: [],
      network: 'internet',
      dataPath: '/data',
      readOnlyRoot: true,
      ...MORE[suite.kind ?? 'container'],
      ...more,
    });
    /** What needs a program to be run in a box. */
    const inside = suite.kind === 'machine' ? it.skip : it;
    const contained = suite.kind === undefined ? it : it.skip;
    const forever = 'trap "exit 0" TERM; while :; do sleep 0.1; done';
    const running = async (text: string, more: Partial<BoxSpec> = {}) => {
      const spec = await shell(text, more);
      const backend = boxes();
      await backend.create(spec, never);
      await backend.start(spec.id, never);
      return { backend, spec };
    };

    afterEach(async () => {
      await boxes().sweep(new Set(), never);
      expect(suite.everything()).toEqual([]);
    });

    it.skipIf(suite.standIn)('hold, by what is tried from inside one', async () => {
      const probe = await boxes().probe(never);
      expect(probe.checks.filter(({ held }) => !held)).toEqual([]);
      expect(probe.offered).toBe(true);
      expect(probe.checks.length).toBeGreaterThan(12);
    });

    it('take what was sold, in the terms of all work, of what the engine has', async () => {
      const { cpuMillicores, memoryMiB, diskMiB } = await boxes().capacity(never);
      const all = suite.standIn?.cpuMillicores ?? availableParallelism() * 1000;
      expect([cpuMillicores, memoryMiB]).toEqual([all, expect.any(Number)]);
      // Docker and Kubernetes don't say.
      if (boxes().id.startsWith('docker') || suite.name.startsWith('Kubernetes')) expect(diskMiB).toBeNull();
      else expect(diskMiB).toBeGreaterThan(100);
      const needs = await boxes().needs(await shell('', { ports: [{ host: 31_000, box: 80, protocol: 'tcp' }] }));
      expect(needs).toMatchObject({
        slots: 0,
        cpuMillicores: suite.kind === 'machine' ? 1000 : 500,
        gpuMiB: 0,
        ports: 1,
      });
      // What it may write counts once, wherever it is.
      expect(needs.memoryMiB + needs.diskMiB).toBeGreaterThanOrEqual(32 + 8);
      expect(needs.memoryMiB).toBeLessThan(memoryMiB);
    });

    it('are prepared, started, stopped and removed, each as often as it is asked for', async () => {
      const backend = boxes();
      const spec = await shell(`echo began; ${forever}`);
      for (const _ of [1, 2]) await backend.create(spec, never);
      expect(await backend.status(spec.id, never)).toBe('stopped');
      expect(await backend.logs(spec.id, never)).toBe('');
      if (suite.kind !== 'machine')
        await expect(backend.exec(spec.id, ['true'], never)).rejects.toMatchObject({ code: 'workloads.box-stopped' });
      for (const _ of [1, 2]) await backend.start(spec.id, never);
      expect(await backend.status(spec.id, never)).toBe('running');
      await until('it to begin', async () =>
        (await backend.logs(spec.id, never)).replaceAll('\r', '').endsWith('began\n'),
      );
      for (const _ of [1, 2]) await backend.stop(spec.id, never);
      expect(await backend.status(spec.id, never)).toBe('stopped');
      await backend.start(spec.id, never);
      expect(await backend.status(spec.id, never)).toBe('running');
      for (const _ of [1, 2]) await backend.remove(spec.id, never);
      expect(await backend.status(spec.id, never)).toBe('absent');
      await backend.stop(spec.id, never);
      await expect(backend.start(spec.id, never)).rejects.toMatchObject({ code: 'workloads.box-absent' });
      expect(suite.everything()).toEqual([]);
    });

    it('are taken off their network and let on again, where their engine has no limit for a month', async () => {
      const { backend, spec } = await running(forever);
      if (!backend.cutOff) return;
      const is = async () => [await backend.status(spec.id, never), await backend.adopt(spec, never)];
      for (const isCut of [true, true, false, false]) {
        await backend.cutOff(spec.id, isCut, never);
        expect(await is()).toEqual(['running', 'running']);
      }
      await backend.cutOff(spec.id, true, never);
      // By whoever runs anew, and over a start.
      await boxes().stop(spec.id, never);
      await boxes().start(spec.id, never);
      expect(await is()).toEqual(['running', 'running']);
      await backend.cutOff(spec.id, false, never);
      await backend.remove(spec.id, never);
      await expect(backend.cutOff(spec.id, true, never)).rejects.toMatchObject({ code: 'workloads.box-absent' });
    });

    it('are left as they are where another is wanted by their id', async () => {
      const { backend, spec } = await running(forever);
      const other = backend.create({ ...spec, memoryMiB: 256 }, never);
      await expect(other).rejects.toMatchObject({ code: 'workloads.box-differs' });
      expect(await backend.status(spec.id, never)).toBe('running');
    });

    it('of an image that is not here are refused, and nothing is left of them', async () => {
      const image = NOWHERE[suite.kind ?? 'container'];
      const spec = await shell('', { image });
      await expect(boxes().create(spec, never)).rejects.toMatchObject({ code: 'workloads.image-missing' });
      expect(suite.everything()).toEqual([]);
    });

    contained('that need more open files than the engine may give are refused while they are prepared', async () => {
      const spec = await shell(forever, { openFiles: 2_000_000_000 });
      await expect(boxes().create(spec, never)).rejects.toMatchObject({ code: 'workloads.open-files' });
      expect(suite.everything()).toEqual([]);
    });

    it('do not get a port that another program has', async () => {
      const server = createServer();
      server.listen(0);
      await once(server, 'listening');
      const { port } = server.address() as { port: number };
      try {
        const spec = await shell(forever, { ports: [{ host: port, box: 80, protocol: 'tcp' }] });
        await expect(boxes().create(spec, never)).rejects.toMatchObject({ code: 'workloads.ports-taken' });
        expect(suite.everything()).toEqual([]);
      } finally {
        server.close();
      }
    });

    it.each(['internet', 'none'] as const)('answer at their ports, with the network %s', async (network) => {
      const port = await freePort();
      const { backend, spec } = await running(`sleep 1; while :; do echo hello | nc -l -p 80; done`, {
        network,
        ports: [{ host: port, box: 80, protocol: 'tcp' }],
      });
      expect(await backend.answers(spec.id, 81, never)).toBe(false);
      await until('an answer', async () => (await answerAt(port)) === 'hello\n');
      await until('it to be seen inside', () => backend.answers(spec.id, 80, never));
      expect(await backend.answers('other', 80, never)).toBe(false);
    });

    inside('say how a command in them ended, and what it printed, of which the rest is dropped', async () => {
      const { backend, spec } = await running(forever);
      expect(await backend.exec(spec.id, ['/bin/sh', '-c', 'echo out; echo err >&2; exit 3'], never)).toEqual({
        exitCode: 3,
        output: expect.stringMatching(/^(?:out\nerr|err\nout)\n$/),
      });
      const much = await backend.exec(spec.id, ['head', '-c', '1000000', '/dev/zero'], never);
      expect([much.exitCode, much.output.length]).toEqual([0, BOX.execBytes]);
      const leave = new AbortController();
      const endless = backend.exec(spec.id, ['sleep', '1000'], leave.signal);
      leave.abort(new Error('enough'));
      await expect(endless).rejects.toThrow('enough');
      await expect(backend.exec('other', ['true'], never)).rejects.toMatchObject({ code: 'workloads.box-absent' });
    });

    inside('are not waited for where a command in them, or they themselves, never end', async () => {
      const { spec } = await running('trap "" TERM; while :; do sleep 0.1; done');
      const hurried = suite.backend(undefined, { exec: 500, grace: 1000 });
      await expect(hurried.exec(spec.id, ['sleep', '1000'], never)).rejects.toMatchObject({
        code: 'workloads.engine-lost',
      });
      await hurried.stop(spec.id, never);
      expect(await hurried.status(spec.id, never)).toBe('stopped');
    });

    it('say what they use', async () => {
      const { backend, spec } = await running('while :; do :; done');
      await until('some of the processor to be used', async () => {
        const { cpuNanos, memoryBytes, pids, network } = await backend.stats(spec.id, never);
        return cpuNanos > 50_000_000 && memoryBytes > 0 && pids !== 0 && network !== null;
      });
      await expect(backend.stats('other', never)).rejects.toMatchObject({ code: 'workloads.box-absent' });
      // Of one that has stopped it is asked once more what it has moved.
      await backend.stop(spec.id, never);
      expect(await backend.stats(spec.id, never)).toMatchObject({ cpuNanos: expect.any(Number) });
    });

    it('keep the end of what they print, however much it is', async () => {
      const { backend, spec } = await running(
        `head -c ${suite.kind === 'machine' ? 200_000 : 3_000_000} /dev/zero | tr '\\0' x; echo; echo end; ${forever}`,
      );
      await until('the end', async () => (await backend.logs(spec.id, never)).replaceAll('\r', '').endsWith('end\n'));
      expect((await backend.logs(spec.id, never)).length).toBeLessThanOrEqual(BOX.logBytes);
    });

    inside('write no more than was sold', async () => {
      const { backend, spec } = await running(forever);
      const { output } = await backend.exec(spec.id, ['dd', 'if=/dev/zero', 'of=/data/x', 'bs=1M', 'count=20'], never);
      expect(output).toMatch(/No space left on device|quota exceeded/i);
      const { output: size } = await backend.exec(spec.id, ['stat', '-c', '%s', '/data/x'], never);
      expect(Number(size)).toBeLessThanOrEqual(spec.diskMiB * 1024 * 1024);
    });

    it('are taken over by a node that has started anew, where they are the same', async () => {
      const { spec } = await running(forever);
      const fresh = boxes();
      expect(await fresh.adopt(spec, never)).toBe('running');
      expect(await fresh.adopt({ ...spec, pids: 33 }, never)).toBe('absent');
      expect(await fresh.adopt({ ...spec, id: 'other' }, never)).toBe('absent');
      expect(await fresh.list(never)).toEqual([{ id: spec.id, status: 'running', spec: expect.any(String) }]);
    });

    it('are swept away but for those to keep, and but for those of other installations', async () => {
      const other = suite.backend('another');
      const [kept, left] = [await shell(forever), await shell(forever, { id: 'lease-2' })];
      for (const spec of [kept, left]) await boxes().create(spec, never);
      await other.create(left, never);
      await boxes().start(kept.id, never);
      expect(await boxes().sweep(new Set([kept.id]), never)).toEqual({ gone: [left.id], left: [] });
      expect(await boxes().status(kept.id, never)).toBe('running');
      expect([await boxes().status(kept.id, never), await boxes().logs(kept.id, never)]).toEqual(['running', '']);
      expect(await boxes().status(left.id, never)).toBe('absent');
      expect(await other.status(left.id, never)).toBe('stopped');
      await other.remove(left.id, never);
    });

    it('are unknown while the engine is away, and never absent', async () => {
      const { backend, spec } = await running(forever);
      await suite.without(async () => {
        expect(await backend.status(spec.id, never)).toBe('unknown');
        expect(await backend.adopt(spec, never)).toBe('unknown');
        await expect(backend.list(never)).rejects.toMatchObject({ code: 'workloads.engine-lost' });
      });
      expect(await backend.status(spec.id, never)).not.toBe('absent');
    });

    it('are told of when they start, end and go', async () => {
      const seen: BoxEvent[] = [];
      const leave = new AbortController();
      const spec = await shell('sleep 1; exit 4');
      const backend = boxes();
      await backend.create(spec, never);
      const watched = backend.watch((event) => void seen.push(event), leave.signal);
      // What happens before the engine has taken the request is not said.
      await until('the watch to hear', async () => {
        await backend.start(spec.id, never).catch(() => undefined);
        await until('it to end', async () => (await backend.status(spec.id, never)) === 'stopped');
        return seen.some(({ kind }) => kind === 'exited');
      });
      await backend.remove(spec.id, never);
      await until('its end to be said', () => seen.some(({ kind }) => kind === 'removed'));
      expect(new Set(seen.map(({ id }) => id))).toEqual(new Set([spec.id]));
      leave.abort();
      await watched;
    });

    it.skipIf(suite.kind || suite.standIn)('say by what code they ended', async () => {
      const seen: BoxEvent[] = [];
      const leave = new AbortController();
      const backend = boxes();
      const specs = [
        await shell('exit 4', { id: 'ends' }),
        await shell('a=a; while :; do a=$a$a; done', { id: 'grows' }),
      ];
      for (const spec of specs) await backend.create(spec, never);
      const watched = backend.watch((event) => void seen.push(event), leave.signal);
      const codes = (id: string) => seen.filter((event) => event.id === id).map(({ exitCode }) => exitCode);
      await until('the watch to hear', async () => {
        for (const { id } of specs) await backend.start(id, never);
        return specs.every(({ id }) => codes(id).some((code) => code !== undefined));
      });
      expect([codes('ends'), codes('grows')]).toEqual([expect.arrayContaining([4]), expect.arrayContaining([137])]);
      expect(seen).not.toContainEqual({ id: 'ends', kind: 'out-of-memory' });
      leave.abort();
      await watched;
    });

    it('that are given up while they are made leave nothing', async () => {
      const spec = await shell(forever);
      const backend = boxes();
      for (const ms of [0, 50, 200, 500]) {
        const leave = new AbortController();
        const made = backend.create(spec, leave.signal);
        made.catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, ms));
        leave.abort(new Error('given up'));
        await made.catch((error: unknown) => expect(error).toMatchObject({ message: 'given up' }));
        await backend.remove(spec.id, never);
        expect(suite.everything()).toEqual([]);
      }
    });
  });
}

/** What a box of each kind has of its own. */
const MORE = {
  container: {},
  system: { diskMiB: 16, dataPath: null },
  machine: { cpuMillicores: 1000, memoryMiB: 192, diskMiB: 64, dataPath: null },
} as const;

const NOWHERE = {
  container: `sha256:${'0'.repeat(64)}`,
  system: `lxd:${'0'.repeat(64)}`,
  machine: 'machine:hearth-none.raw',
} as const;

/** What is said at a port of this computer before the connection ends; empty where there is none. */
function answerAt(port: number): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(2000, () => socket.destroy());
    socket.on('data', (bytes) => {
      said += bytes.toString();
      if (said.endsWith('\n')) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(said));
  });
}
