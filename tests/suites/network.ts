// What every network has to hold to in a whole node: it is joined, does work of each of its kinds, is paid once for it, takes
// nothing during a pause, leaves in good order, and its secrets are nowhere. Its page, its verbs, a crash and the week's end are
// held by suites of their own.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src-main/engine/engine.ts';
import type { NetworkState } from '../../src-preload/contract/networks/index.ts';
import { networkContracts } from '../../src-preload/contract/networks/registry.ts';
import type { JobKind } from '../../src-preload/contract/work.ts';
import { until } from '../support/wait.ts';

/** A node that has joined the network, and the other end of it. */
export interface JoinedNode {
  readonly engine: Engine;
  readonly dataDir: string;
  set(path: string, value: unknown): Promise<void>;
  /** Has work of a kind done, and resolves when its peer has what came of it. */
  do(kind: JobKind): Promise<void>;
  /** Offers work and resolves with whether it was taken, as its peer sees it. */
  offer(): Promise<boolean>;
  /** Whether the other end counts this node among those that are there. */
  seen(): boolean;
  /** Values that nothing but the sealed store and the wire may have. */
  secrets(): readonly string[];
}

export interface NetworkSuite {
  readonly id: string;
  join(): Promise<JoinedNode>;
}

export function networkSuite({ id, join: joined }: NetworkSuite): void {
  const contract = Object.values(networkContracts).find((each) => each.id === id)!;
  const viewOf = ({ engine }: JoinedNode) => engine.take('networks').value.find((view) => view.id === id)!;
  const stateIs = (node: JoinedNode, state: NetworkState) =>
    until(`${id} to be ${state}`, () => viewOf(node).state === state);

  describe(`the network ${id}`, () => {
    it('is joined, and says so with what it can do', async () => {
      const node = await joined();
      await stateIs(node, 'online');
      expect([viewOf(node).enabled, node.seen()]).toEqual([true, true]);
      const check = (await node.engine.handle('networks.check', { id })) as { lines: { id: string }[] };
      expect(check.lines.map((line) => line.id)).toEqual(Object.keys(contract.checks));
    });

    it.each(contract.kinds.map((kind) => [kind]))(
      'does a %s, and is paid once for it in its own unit',
      async (kind) => {
        const node = await joined();
        await stateIs(node, 'online');
        await node.do(kind);
        await until('its end', () => node.engine.take('work').value.recent.length > 0);
        expect(node.engine.take('work').value.recent).toMatchObject([{ network: id, kind, state: 'done' }]);
        const total = node.engine.take('earnings').value.total;
        expect(total).toMatchObject([{ network: id, unit: contract.units[0], entries: 1 }]);
        expect(total[0]!.amountMicro).toBeGreaterThan(0);
      },
    );

    it('is left in good order', async () => {
      const node = await joined();
      await stateIs(node, 'online');
      await node.set(`networks.${id}.enabled`, false);
      await stateIs(node, 'off');
      expect([node.seen(), viewOf(node).enabled]).toEqual([false, false]);
    });

    it('keeps its secrets out of slices, logs and the bundle of diagnostics', async () => {
      const node = await joined();
      await stateIs(node, 'online');
      await node.do(contract.kinds[0]!);
      const secrets = node.secrets();
      expect(secrets.length).toBeGreaterThan(0);
      const shown = (['node', 'networks', 'work', 'earnings', 'settings', 'backup'] as const).map((name) =>
        JSON.stringify(node.engine.take(name)),
      );
      const bundle = JSON.stringify(await node.engine.handle('diagnostics.get', { addresses: true }));
      const logs = join(node.dataDir, 'logs');
      const lines = readdirSync(logs).map((name) => readFileSync(join(logs, name), 'utf8'));
      expect(lines.join('')).not.toBe('');
      for (const secret of secrets) for (const text of [...shown, bundle, ...lines]) expect(text).not.toContain(secret);
    });
  });
}
