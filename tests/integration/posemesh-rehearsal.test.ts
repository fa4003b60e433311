// A rehearsed job of posemesh: with the runner for practice, with the user's own, and with one that fails; and that nothing of it is left.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { JobRehearsal } from '../../src-preload/contract/networks/index.ts';
import { composed } from '../support/composed.ts';
import { temporaryFolder } from '../support/folder.ts';
import { script } from '../support/runners.ts';
import { until } from '../support/wait.ts';

const CAPABILITY = '/mine/hello/v1';
const STEPS = ['registered', 'logged-in', 'leased', 'loaded', 'reported', 'booked', 'cleaned-up'];

async function node() {
  const dataDir = temporaryFolder();
  const engine = await composed(dataDir);
  onTestFinished(() => engine.stop());
  const set = (path: string, value: unknown) => engine.handle('settings.set', { path, value });
  const rehearse = async () => (await engine.handle('networks.rehearse', { id: 'posemesh' })) as JobRehearsal;
  const isLeft = () => existsSync(join(dataDir, 'rehearsals'));
  return { engine, set, rehearse, isLeft };
}

describe.skipIf(process.platform === 'win32')('a rehearsed job of posemesh', () => {
  it('goes the whole way with the runner for practice, and the node that asked for it has earned nothing', async () => {
    const { engine, rehearse, isLeft } = await node();
    const done = await rehearse();
    expect(done).toMatchObject({ ok: true, by: 'practice-runner', capability: '/reconstruction/local-refinement/v1' });
    expect(done.steps).toEqual(STEPS.map((id) => ({ id, state: 'ok', reason: null })));
    expect(isLeft()).toBe(false);
    expect(engine.take('earnings').value.total).toEqual([]);
    expect(engine.take('networks').value.find(({ id }) => id === 'posemesh')).toMatchObject({ enabled: false });
  });

  it('goes the whole way with a runner of the user’s own', async () => {
    const { set, rehearse } = await node();
    const text = '#!/bin/sh\ncat "$HEARTH_INPUTS"/datasets/*/* | wc -c > "$HEARTH_OUTPUTS/size.txt"\n';
    const program = script(temporaryFolder(), 'size.sh', text);
    await set('backends.runners', [{ kind: 'program', capability: CAPABILITY, program }]);
    expect(await rehearse()).toMatchObject({ ok: true, by: 'own-runner', capability: CAPABILITY });
  });

  it('says why where the runner fails, and leaves out what would have come after', async () => {
    const { set, rehearse } = await node();
    const program = script(temporaryFolder(), 'fail.sh', '#!/bin/sh\nexit 3\n');
    await set('backends.runners', [{ kind: 'program', capability: CAPABILITY, program }]);
    const { ok, steps } = await rehearse();
    expect(ok).toBe(false);
    expect(steps.map(({ id, state }) => [id, state])).toEqual([
      ['registered', 'ok'],
      ['logged-in', 'ok'],
      ['leased', 'ok'],
      ['loaded', 'ok'],
      ['reported', 'failed'],
      ['booked', 'skipped'],
      ['cleaned-up', 'ok'],
    ]);
    expect(steps[4]?.reason).toMatchObject({
      code: 'rehearsal.job-failed',
      values: { why: expect.stringContaining('exit code 3') as string },
    });
  });

  it('is refused where the network leases no jobs, and where its runners wait for a yes', async () => {
    const { engine, set, rehearse } = await node();
    await expect(engine.handle('networks.rehearse', { id: 'iicp' })).rejects.toMatchObject({ code: 'networks.cannot' });
    await set('backends.runners', [{ kind: 'noop', capability: CAPABILITY }]);
    await set('backends.runnersHeld', true);
    await expect(rehearse()).rejects.toMatchObject({ code: 'runners.held' });
  });

  it('is one at a time, and ends with the node, with nothing left', async () => {
    const { engine, set, rehearse, isLeft } = await node();
    const program = script(temporaryFolder(), 'wait.sh', '#!/bin/sh\nsleep 600\n');
    await set('backends.runners', [{ kind: 'program', capability: CAPABILITY, program }]);
    const ended = rehearse().catch((error: unknown) => error);
    await until('its folder', isLeft);
    await expect(rehearse()).rejects.toMatchObject({ code: 'rehearsal.running' });
    await engine.stop();
    expect(await ended).toMatchObject({ code: 'rehearsal.stopped' });
    expect(isLeft()).toBe(false);
  });
});
