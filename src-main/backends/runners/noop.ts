// The runner of official nodes that only pretends: it loads what it is given, waits, and leaves empty results of the usual names. To try
// out a whole node with.

import type { Clock } from '../../base/clock.ts';
import type { Runner, RunnerContext } from './runner.ts';

export const NOOP_CAPABILITIES = [
  '/reconstruction/global-refinement/v1',
  '/reconstruction/local-and-global-refinement/v1',
  '/reconstruction/local-refinement/v1',
] as const;

const EMPTY_CLOUD = [
  'ply',
  'format ascii 1.0',
  'element vertex 0',
  'property float x',
  'property float y',
  'property float z',
  'end_header',
  '',
].join('\n');

export function noopRunners(clock: Clock, { sleepMs }: { readonly sleepMs: number }): Runner[] {
  return NOOP_CAPABILITIES.map((capability) => noopRunner(clock, { capability, sleepMs }));
}

export function noopRunner(
  clock: Clock,
  { capability, sleepMs }: { readonly capability: string; readonly sleepMs: number },
): Runner {
  return { capability, run: (context) => pretend(clock, sleepMs, context) };
}

async function pretend(clock: Clock, sleepMs: number, { job, input, output, control }: RunnerContext): Promise<void> {
  control.signal.throwIfAborted();
  for (const cid of job.inputs) {
    const { dataId, dataType, name, domainId } = await input.materialize(cid);
    control.logEvent({ event: 'materialize_input', cid, dataId, dataType, name, domainId });
  }
  const inputsCount = job.inputs.length;
  control.progress({ stage: 'inputs_materialized', inputsCount });
  await clock.sleep(sleepMs, control.signal);
  control.signal.throwIfAborted();
  for (const [path, text] of resultsOf(job.capability, inputsCount)) {
    await output.put(path, { bytes: Buffer.from(text) });
  }
  control.progress({ stage: 'completed', inputsCount });
}

function resultsOf(capability: string, inputs: number): [string, string][] {
  const json = (value: object) => `${JSON.stringify(value)}\n`;
  return [
    ['job_manifest.json', json({ capability, inputs, noop: true })],
    ['refined/global/refined_manifest.json', json({ noop: true })],
    ['refined/global/RefinedPointCloudReduced.ply', EMPTY_CLOUD],
    ['outputs_index.json', json({ outputs: [] })],
    ['result.json', json({ noop: true })],
    ['scan_data_summary.json', json({ scans: inputs })],
  ];
}
