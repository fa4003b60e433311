// Posemesh from an empty folder to a finished job by command alone, with its servers in another process: set up, told by a file of an
// official node where they are, given a runner that is tried first, and looked at by the doctor.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { startMeshProcess } from '../support/posemesh-process.ts';
import { script } from '../support/runners.ts';
import { hearth, launch } from '../support/serving.ts';
import { until } from '../support/wait.ts';

const SECRET = 'a-registration-secret-that-is-nowhere-shown';
const KEY = '4c0883a69102937d6231471b5dbb6204fe5129617082798ce3f4fdf2548b6f90';
const ADDRESS = '0xfdbb6caf01414300c16ea14859fec7736d95355f';
const CAPABILITY = '/reconstruction/local-refinement/v1';
const RUNNER = `#!/bin/sh
cat >/dev/null
echo '{"progress":{"stage":"copying","percent":40}}'
while [ ! -e "$1" ]; do sleep 0.05; done
cat "$HEARTH_INPUTS"/datasets/*/* | tr a-z A-Z > "$HEARTH_OUTPUTS/upper.txt"
`;

it.skipIf(process.platform === 'win32')('does its first job for who has typed nothing but commands', async () => {
  const servers = await startMeshProcess();
  onTestFinished(() => servers.stop());
  const folder = temporaryFolder();
  const dataDir = join(folder, 'data');
  const go = join(folder, 'go');
  writeFileSync(go, '');
  const printed: string[] = [];
  const run = async (line: string, ...last: readonly string[]) => {
    const done = await hearth([...line.split(' '), ...last, '--data', dataDir]);
    printed.push(done.stdout, done.stderr);
    return done;
  };
  expect(await run('init --yes --hours always --join posemesh --accept-consent --start yes')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('What it sees: The discovery service') as string,
  });
  await launch(['--headless', '--data', dataDir]);

  const doctor = await run('doctor');
  expect(doctor.code).toBe(1);
  expect(doctor.stdout).toContain('[posemesh.no-runner]');

  const file = join(folder, 'node.env');
  const variables = [`DDS_BASE_URL=${servers.dds}`, `DMS_BASE_URL=${servers.dms}`, `REG_SECRET=${SECRET}`];
  writeFileSync(file, [...variables, 'POLL_BACKOFF_MS_MIN=soon'].join('\n'));
  expect(await run('posemesh import', file)).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('invalid integer in POLL_BACKOFF_MS_MIN') as string,
  });
  const more = [`SECP256K1_PRIVHEX=${KEY}`, 'POLL_BACKOFF_MS_MIN=50', 'POLL_BACKOFF_MS_MAX=100'];
  writeFileSync(file, [...variables, ...more].join('\n'));
  const asked = await hearth(['posemesh', 'import', file, '--data', dataDir], 'replace wallet\n');
  printed.push(asked.stdout, asked.stderr);
  expect(asked).toMatchObject({ code: 0, stdout: expect.stringContaining(ADDRESS) as string });

  const program = script(folder, 'run.sh', RUNNER);
  const runner = { kind: 'program', capability: CAPABILITY, program, args: [go] };
  expect(
    await run('settings set backends.runners', JSON.stringify([{ ...runner, program: `${program}.gone` }])),
  ).toMatchObject({ code: 0 });
  expect(await run('runners list')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('[runners.program-absent]') as string,
  });
  expect(await run('settings set backends.runners', JSON.stringify([runner]))).toMatchObject({ code: 0 });
  expect(await run('runners list')).toMatchObject({ code: 0, stdout: `${CAPABILITY}: can start\n` });
  const tried = await run(`runners try ${CAPABILITY}`);
  expect(tried).toMatchObject({ code: 0, stdout: expect.stringContaining('left upper.txt, 69 bytes') as string });
  expect(tried.stdout).toContain('progress {"stage":"copying","percent":40}');
  expect(await run(`runners pull ${CAPABILITY}`)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('[runners.no-image]') as string,
  });

  rmSync(go);
  const taskId = await servers.order(CAPABILITY, 'as it was');
  const running = await until('the job to run', async () => {
    const { stdout } = await run('posemesh jobs');
    return stdout.includes('copying') && stdout;
  });
  expect(running).toContain(taskId);
  writeFileSync(go, '');
  await until('it to be finished', async () =>
    (await servers.state()).jobs.some((job) => job.taskId === taskId && job.state === 'completed'),
  );
  expect((await servers.state()).data.find(({ name }) => name.includes('upper'))?.text).toBe('AS IT WAS');
  const healthy = await run('doctor');
  expect(healthy.stdout).toContain('The domain server of the last job answers.');
  expect(healthy.stdout).not.toContain('FAILED');
  expect(healthy.code).toBe(0);
  expect(printed.join('\n')).not.toMatch(new RegExp(`${SECRET}|${KEY}`));
});
