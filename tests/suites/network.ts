// What every network has to hold to in a whole node: it is joined, does work of each of its kinds and is paid once for it, takes
// nothing during a pause, ends by kind with the hours of the week and after a crash, leaves in good order, has its pages and its
// verbs, and its secrets are nowhere.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { HearthError, toHearthError } from '../../src-main/base/errors.ts';
import { verbsOfNetwork } from '../../src-main/command/network-verbs.ts';
import type { Context } from '../../src-main/command/verb.ts';
import type { Engine } from '../../src-main/engine/engine.ts';
import { createDispatch, IN_FRONT } from '../../src-main/faces/dispatch.ts';
import type { NetworkId, NetworkState, NetworkView } from '../../src-preload/contract/networks/index.ts';
import { networkContracts } from '../../src-preload/contract/networks/registry.ts';
import { CELLS_A_DAY, type Grid } from '../../src-preload/contract/settings/availability.ts';
import type { JobKind } from '../../src-preload/contract/work.ts';
import { languages } from '../../src-renderer/i18n/index.ts';
import { pagesOf } from '../../src-renderer/networks/lookup.ts';
import { crashCopy } from '../support/crash-copy.ts';
import { until } from '../support/wait.ts';
import { home, network as networkPage, setup } from '../unit/renderer/network-specimens.tsx';
import { speak } from '../unit/renderer/speech.ts';

const HOUR_MS = 3_600_000;

/** A node that has joined the network, and the other end of it. */
export interface JoinedNode {
  readonly engine: Engine;
  readonly dataDir: string;
  set(path: string, value: unknown): Promise<void>;
  /** Has work of a kind done, and resolves when its peer has what came of it. */
  do(kind: JobKind): Promise<void>;
  /** Sends work of a kind that goes on: a task or a job for a second or so, a lease for an hour. */
  begin(kind: JobKind): void;
  /** Offers work, a lease for so long where the network has leases, and resolves with whether it was taken, as its peer sees it. */
  offer(leaseMs?: number): Promise<boolean>;
  /** Whether the other end counts this node among those that are there. */
  seen(): boolean | Promise<boolean>;
  /** Of a network with jobs: whether the other end has the last one back. */
  hasItBack?(): boolean;
  /** Ends this node, and starts another on that folder, at the same other end. */
  again(dataDir: string): Promise<JoinedNode>;
  /** Values that nothing but the sealed store and the wire may have. */
  secrets(): readonly string[];
}

export interface NetworkSuite {
  readonly id: string;
  join(): Promise<JoinedNode>;
  /** Its verb takes minutes here; what is rehearsed has a test of its own, and how that is shown is shared with other networks. */
  readonly longRehearsal?: boolean;
}

/** A week whose hours are open from now for half an hour to an hour, or not at all. */
function week(open: boolean): Grid {
  const days = Array.from({ length: 7 }, () => Array.from({ length: CELLS_A_DAY }, () => 'o'));
  for (const ahead of open ? [0, HOUR_MS / 2] : []) {
    const at = new Date(Date.now() + ahead);
    days[(at.getDay() + 6) % 7]![at.getHours() * 2 + Math.floor(at.getMinutes() / 30)] = 'f';
  }
  return { days: days.map((day) => day.join('')), outside: 'off' };
}

export function networkSuite({ id, join: joined, longRehearsal = false }: NetworkSuite): void {
  const contract = Object.values(networkContracts).find((each) => each.id === id)!;
  const kinds: readonly JobKind[] = contract.kinds;
  const viewOf = ({ engine }: JoinedNode) => engine.take('networks').value.find((view) => view.id === id)!;
  const stateIs = (node: JoinedNode, state: NetworkState) =>
    until(`${id} to be ${state}`, () => viewOf(node).state === state);
  const work = ({ engine }: JoinedNode) => engine.take('work').value;
  const accepting = ({ engine }: JoinedNode, is: boolean) =>
    until(`work ${is ? '' : 'not '}to be taken`, () => engine.take('availability').value.answer.accepting === is);

  const online = async () => {
    const node = await joined();
    await stateIs(node, 'online');
    return node;
  };
  /** With work of a kind that runs. */
  const working = async (kind: JobKind, node?: JoinedNode) => {
    const at = node ?? (await online());
    at.begin(kind);
    await until(`the ${kind} to run`, () => work(at).live.some((one) => one.kind === kind));
    return at;
  };
  const ended = (node: JoinedNode) => until('its end', () => work(node).recent[0]);

  describe(`the network ${id}`, () => {
    it('is joined, and says so with what it can do', async () => {
      const node = await online();
      expect([viewOf(node).enabled, await node.seen()]).toEqual([true, true]);
      const check = (await node.engine.handle('networks.check', { id })) as { lines: { id: string }[] };
      expect(check.lines.map((line) => line.id)).toEqual(Object.keys(contract.checks));
    });

    it.each(kinds.map((kind) => [kind]))('does a %s, and is paid once for it in its own unit', async (kind) => {
      const node = await online();
      await node.do(kind);
      await ended(node);
      expect(work(node).recent).toMatchObject([{ network: id, kind, state: 'done' }]);
      const total = node.engine.take('earnings').value.total;
      expect(total).toMatchObject([{ network: id, unit: Object.keys(contract.units)[0], entries: 1 }]);
      expect(total[0]!.amountMicro).toBeGreaterThan(0);
    });

    it('takes nothing during a pause, and work again after it', async () => {
      const node = await online();
      await node.engine.handle('node.pause', undefined);
      await accepting(node, false);
      expect(await node.offer()).toBe(false);
      expect(work(node).live).toEqual([]);
      await node.engine.handle('node.resume', undefined);
      await accepting(node, true);
      expect(await node.offer()).toBe(true);
    });

    describe('when the hours of the week end', () => {
      it.runIf(kinds.includes('task'))('lets a task finish', async () => {
        const node = await working('task');
        await node.set('availability.grid', week(false));
        await accepting(node, false);
        expect(await ended(node)).toMatchObject({ kind: 'task', state: 'done' });
      });

      it.runIf(kinds.includes('job')).each([
        ['finish', 'done', false],
        ['hand-back', 'handed-back', true],
      ] as const)('ends a job as its user has chosen: %s', async (choice, state, back) => {
        const node = await online();
        await node.set('capacity.pausedJobs', choice);
        await working('job', node);
        await node.set('availability.grid', week(false));
        await accepting(node, false);
        expect(await ended(node)).toMatchObject({ kind: 'job', state });
        await until('its peer to know', () => node.hasItBack!() === back);
      });

      it.runIf(kinds.includes('lease'))('keeps a lease, and sells nothing beyond the hours that are open', async () => {
        const node = await working('lease');
        await node.set('availability.grid', week(true));
        expect(await node.offer(3 * HOUR_MS)).toBe(false);
        expect(await node.offer(100)).toBe(true);
        await node.set('availability.grid', week(false));
        await accepting(node, false);
        await until('the short one to end', () => work(node).live.length === 1);
        expect(work(node).live).toMatchObject([{ network: id, kind: 'lease', state: 'running' }]);
      });
    });

    it.each(kinds.map((kind) => [kind]))(
      'after a crash says what became of a %s, before anything new',
      async (kind) => {
        const node = await working(kind);
        const [before] = work(node).live;
        const after = await node.again(await crashCopy(node.dataDir));
        if (kind === 'lease') {
          expect(work(after).live).toMatchObject([{ id: before!.id, kind, lease: before!.lease }]);
          return;
        }
        expect(work(after).recent).toMatchObject([
          { id: before!.id, state: kind === 'task' ? 'interrupted' : 'handed-back' },
        ]);
        if (kind === 'job') await until('its peer to have it back', () => after.hasItBack!());
      },
    );

    it('has verbs that show text and JSON, or say with a code why not', async () => {
      const { engine } = await online();
      const own = (await verbsOfNetwork(id as NetworkId)).filter(({ name }) => name.startsWith(`${id} `));
      expect(own.length).toBeGreaterThan(0);
      const tried = own.filter(({ name }) => !(longRehearsal && name === `${id} rehearse`));
      const dispatch = createDispatch(engine, engine.logger);
      const request = async (name: string, input: unknown) => {
        const reply = await dispatch(name, input, IN_FRONT);
        if (reply.ok) return reply.value;
        throw new HearthError(reply.failure);
      };
      for (const verb of tried) {
        for (const json of [false, true]) {
          const lines: string[] = [];
          const stdin = new PassThrough();
          stdin.end();
          const print = (line: string) => void lines.push(line);
          const terminal = { print, write: async (text: string) => print(text), stdin, stderr: new PassThrough() };
          const common = { data: undefined, json, practice: false };
          const context = { node: { request }, dataDir: '', common, terminal } as unknown as Context<'running'>;
          try {
            await verb.run({ ...verb.read([], {}, common), json }, context as never);
          } catch (error) {
            expect(toHearthError(error).code, verb.name).not.toMatch(/^internal\./);
            continue;
          }
          expect(lines, verb.name).not.toEqual([]);
          if (json) expect(() => JSON.parse(lines.join('\n')), verb.name).not.toThrow();
        }
      }
    });

    it.each(languages)('has its pages and its consent (%s)', async (language) => {
      const { t } = await speak(language);
      const view = viewOf(await online()) as NetworkView;
      const screens = await setup([view], [id]);
      const own = await networkPage([view]);
      for (const page of [await home([view]), own, screens.join]) {
        expect(page).toContain(contract.title);
        expect(page).not.toMatch(/\{\{|networks\.\w+\./);
      }
      expect(own).toContain(t('network.history', { network: contract.title }));
      for (const promise of pagesOf(view.id).promises) expect(screens.join).toContain(t(promise));
    });

    it('is left in good order', async () => {
      const node = await online();
      await node.set(`networks.${id}.enabled`, false);
      await stateIs(node, 'off');
      expect([await node.seen(), viewOf(node).enabled]).toEqual([false, false]);
    });

    it('keeps its secrets out of slices, logs, the bundle of diagnostics and whatever else is in the data folder', async () => {
      const node = await online();
      if (kinds[0]) await node.do(kinds[0]);
      const secrets = node.secrets();
      expect(secrets.length).toBeGreaterThan(0);
      const shown = (['node', 'networks', 'work', 'earnings', 'settings', 'backup'] as const).map((name) =>
        JSON.stringify(node.engine.take(name)),
      );
      const bundle = JSON.stringify(await node.engine.handle('diagnostics.get', { addresses: true }));
      const files = readdirSync(node.dataDir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
      const contents = files.map((path) => readFileSync(path, 'latin1'));
      expect(contents.filter((_, at) => files[at]!.includes('logs')).join('')).not.toBe('');
      for (const secret of secrets) {
        for (const text of [...shown, bundle]) expect(text).not.toContain(secret);
        expect(files.filter((_, at) => contents[at]!.includes(secret))).toEqual([]);
      }
    });
  });
}
