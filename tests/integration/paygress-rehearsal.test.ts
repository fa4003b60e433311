// A rehearsed lease of Paygress: the whole way at an engine in memory and at a real Podman, and what is said where it can't go that way.
import { existsSync, mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { EngineMarker } from '../../src-main/engine/boxes/marker.ts';
import type { JobRehearsal } from '../../src-preload/contract/networks/index.ts';
import { dockerAt } from '../support/boxes.ts';
import { composed } from '../support/composed.ts';
import { temporaryFolder } from '../support/folder.ts';
import { MadeEngine } from '../support/made-boxes.ts';
import { IMAGE, type Podman, startPodman } from '../support/podman.ts';
import { until } from '../support/wait.ts';

const LENT = { cpuMillicores: 4000, memoryMiB: 8192, diskMiB: 40_000 };
const STEPS = ['holds', 'offered', 'rented', 'used', 'lengthened', 'ended', 'booked', 'cleaned-up'];
const ALL_OK = STEPS.map((id) => ({ id, state: 'ok', reason: null }));

const before = process.env.DOCKER_HOST;
afterAll(() => {
  if (before === undefined) delete process.env.DOCKER_HOST;
  else process.env.DOCKER_HOST = before;
});

/** A node that was never started. */
async function node(boxes?: MadeEngine) {
  const dataDir = temporaryFolder();
  const engine = await composed(dataDir, boxes && { open: boxes.open });
  onTestFinished(() => engine.stop());
  const set = (path: string, value: unknown) => engine.handle('settings.set', { path, value });
  for (const [name, value] of Object.entries(LENT)) await set(`capacity.${name}`, value);
  const rehearse = async () => (await engine.handle('networks.rehearse', { id: 'paygress' })) as JobRehearsal;
  /** What rehearsals have left. */
  const isLeft = () => existsSync(join(dataDir, 'rehearsals'));
  return { engine, set, rehearse, dataDir, isLeft };
}

/** An engine in memory whose boxes answer by HTTP as long as they run. */
function serving(): MadeEngine {
  const boxes = new MadeEngine();
  boxes.pulled.set('agent-sandbox', 'sha256:1');
  const servers = new Map<string, Server>();
  const close = (id: string) => {
    servers.get(id)?.closeAllConnections();
    servers.get(id)?.close();
    servers.delete(id);
  };
  boxes.ran = (id, { ports }, running) => {
    close(id);
    const [first] = ports;
    if (running && first) {
      servers.set(id, createServer((_, reply) => reply.end('here')).listen(first.host, '127.0.0.1'));
    }
  };
  onTestFinished(() => [...servers.keys()].forEach(close));
  return boxes;
}

describe('a rehearsed lease of Paygress', { timeout: 180_000 }, () => {
  it('goes the whole way, leaves no box and no folder, and the node that asked for it has earned nothing', async () => {
    const boxes = serving();
    const { engine, rehearse, isLeft } = await node(boxes);
    const done = await rehearse();
    expect(done.steps).toEqual(ALL_OK);
    expect(done).toMatchObject({ ok: true, by: 'engine', capability: 'agent-sandbox' });
    expect([boxes.boxes.size, isLeft()]).toEqual([0, false]);
    expect(engine.take('earnings').value.total).toEqual([]);
    expect(await engine.handle('wallet.get', undefined)).toMatchObject({ exists: false });
    expect(engine.take('networks').value.find(({ id }) => id === 'paygress')).toMatchObject({ enabled: false });
  });

  it('rents what its user has on offer, and says what a customer is told where that is too small', async () => {
    const { set, rehearse } = await node(serving());
    const small = { id: 'small', name: 'Small', description: '', cpuMillicores: 100, memoryMiB: 64, diskMiB: 64 };
    await set('networks.paygress.specs', [{ ...small, rateMsat: 1 }]);
    const { ok, steps } = await rehearse();
    expect(ok).toBe(false);
    expect(steps.map(({ id, state }) => [id, state])).toEqual([
      ['holds', 'ok'],
      ['offered', 'ok'],
      ['rented', 'failed'],
      ...['used', 'lengthened', 'ended', 'booked'].map((id) => [id, 'skipped']),
      ['cleaned-up', 'ok'],
    ]);
    expect(steps[2]?.reason).toMatchObject({
      code: 'rehearsal.not-sold',
      values: { why: expect.stringContaining('at least 500 millicores') as string },
    });
  });

  it('says at once where no engine answers, and where no template was pulled', async () => {
    const away = new MadeEngine();
    away.down();
    const bare = new MadeEngine();
    for (const [boxes, step, code] of [
      [away, 0, 'workloads.engine-lost'],
      [bare, 1, 'paygress.no-template'],
    ] as const) {
      const { rehearse, isLeft } = await node(boxes);
      const { steps, ok } = await rehearse();
      expect([ok, steps[step]]).toMatchObject([false, { state: 'failed', reason: { code } }]);
      expect(steps.at(-1)).toEqual({ id: 'cleaned-up', state: 'ok', reason: null });
      expect(isLeft()).toBe(false);
    }
  });

  it('ends with its node, and takes the container with it', async () => {
    const boxes = serving();
    const { engine, rehearse, isLeft } = await node(boxes);
    const ended = rehearse().catch((error: unknown) => error);
    await until('a container', () => [...boxes.boxes.values()].some(({ running }) => running), 60_000);
    await engine.stop();
    expect(await ended).toMatchObject({ code: 'rehearsal.stopped' });
    expect([boxes.boxes.size, isLeft()]).toEqual([0, false]);
  });

  it('that was killed with its node leaves nothing beyond the next start, once its engine answers', async () => {
    const boxes = serving();
    const { engine, dataDir, isLeft } = await node(boxes);
    const folder = join(dataDir, 'rehearsals', 'run-killed');
    mkdirSync(join(folder, 'workloads'), { recursive: true });
    new EngineMarker(folder).write({ socket: '/run/engine.sock', engine: 'containers' });
    boxes.down();
    await engine.start();
    await until('the look at it', () => boxes.calls.includes('open /run/engine.sock'));
    expect(isLeft()).toBe(true);
    await engine.stop();

    boxes.up();
    const next = await composed(dataDir, { open: boxes.open });
    onTestFinished(() => next.stop());
    await next.start();
    await until('its end', () => !isLeft());
  });
});

const LONG = process.env.HEARTH_SOAK === '1';
const started = LONG ? await startPodman() : { reason: 'it takes minutes, so that only npm run soak does it' };
const reason = 'reason' in started ? started.reason : undefined;
if (reason !== undefined) console.warn(`SKIPPED: no lease was rehearsed at a real Podman: ${reason}`);
const podman = started as Podman;
afterAll(async () => {
  if (reason === undefined) await podman.stop();
});

describe.skipIf(reason !== undefined)('at a real engine', { timeout: 300_000 }, () => {
  it('goes the whole way, with a container that answers by HTTP', async () => {
    process.env.DOCKER_HOST = podman.host;
    const docker = dockerAt(podman.host);
    const serve = 'mkdir -p /tmp/www && echo hello > /tmp/www/index.html && exec httpd -f -p 8080 -h /tmp/www';
    const made = await docker.createContainer({ Image: IMAGE, Cmd: ['/bin/sh', '-c', serve] });
    await made.commit({ repo: 'localhost/hearth-template-agent-sandbox', tag: 'latest' });
    await made.remove();
    const { rehearse } = await node();
    const done = await rehearse();
    expect(done.steps).toEqual(ALL_OK);
    console.log(`rehearsed at a real Podman in ${(done.tookMs / 1000).toFixed(1)} s`);
    expect(podman.names()).toEqual([]);
  });
});
