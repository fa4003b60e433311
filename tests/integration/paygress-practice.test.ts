// Practice of Paygress in a whole node: it begins when it is joined, and its customers are served over a real relay and paid by a real mint.
import { expect, it, onTestFinished } from 'vitest';
import { viewOf } from '../../src-preload/contract/networks/index.ts';
import type { WalletView } from '../../src-preload/contract/wallet.ts';
import { composed } from '../support/composed.ts';
import { temporaryFolder } from '../support/folder.ts';
import { MadeEngine } from '../support/made-boxes.ts';
import { until } from '../support/wait.ts';

/** A customer looks every few seconds, and is one of many things that a busy computer does. */
const PATIENT_MS = 150_000;

async function practising(boxes: MadeEngine, dataDir = temporaryFolder()) {
  const engine = await composed(dataDir, { practice: true, open: boxes.open });
  onTestFinished(() => engine.stop());
  const set = async (path: string, value: unknown) => void (await engine.handle('settings.set', { path, value }));
  const wallet = async () => (await engine.handle('wallet.get', undefined)) as WalletView;
  const view = () => viewOf(engine.take('networks').value, 'paygress')!;
  // The others are practised elsewhere.
  for (const id of ['iicp', 'posemesh']) await set(`networks.${id}.enabled`, false);
  const lent = { cpuMillicores: 4000, memoryMiB: 8192, diskMiB: 40_000 };
  for (const [name, value] of Object.entries(lent)) await set(`capacity.${name}`, value);
  await engine.start();
  return { engine, dataDir, set, wallet, view };
}

it('begins when it is joined, makes a wallet, and earns by a machine that a customer rents', {
  timeout: 240_000,
}, async () => {
  const boxes = new MadeEngine();
  boxes.pulled.set('agent-sandbox', 'sha256:1');
  const node = await practising(boxes);
  expect([node.view().state, (await node.wallet()).exists, boxes.calls]).toEqual(['off', false, []]);

  await node.set('backends.boxInternet', false);
  await node.set('networks.paygress.enabled', true);
  await until('its first customer', () => [...boxes.boxes.values()].some(({ running }) => running), PATIENT_MS);
  expect([...boxes.boxes.values()]).toMatchObject([{ running: true, spec: { image: 'sha256:1', network: 'none' } }]);
  const { relays, leases, specs } = node.view().detail;
  expect(relays).toMatchObject([{ url: expect.stringContaining('ws://127.0.0.1:') }]);
  expect([specs.map(({ id }) => id), leases]).toMatchObject([
    ['practice'],
    [{ image: 'agent-sandbox', spec: 'Practice' }],
  ]);
  await until('what it paid', () => (node.view().detail.leases[0]?.paidMsat ?? 0) >= 60_000);
  await until('the books', async () =>
    (await node.wallet()).mints[0]?.holdings.some(({ unit, unspent }) => unit === 'sat' && unspent >= 60),
  );
});

it('says what is missing where no engine answers, and forgets the mint of the run before', async () => {
  const boxes = new MadeEngine();
  boxes.down();
  const node = await practising(boxes);
  await node.set('networks.paygress.enabled', true);
  await until('why', () => /^(boxes|workloads|containers)\./.test(node.view().reason?.code ?? ''));
  const [before] = (await node.wallet()).mints;
  expect(before).toMatchObject({ trusted: true, name: 'Practice mint' });
  await node.engine.stop();

  const again = await practising(boxes, node.dataDir);
  await until('the new mint', async () => (await again.wallet()).mints.length === 2);
  const mints = (await again.wallet()).mints;
  expect(mints.find(({ url }) => url === before!.url)).toMatchObject({ trusted: false });
  expect(mints.find(({ url }) => url !== before!.url)).toMatchObject({ trusted: true });
});
