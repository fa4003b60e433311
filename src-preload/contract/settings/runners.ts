// What does the jobs that this computer leases: for each capability a program of the user's own, a container of an image that the user has
// chosen, or one that only pretends. docs/runners.md says what is expected of either. What runs here is the user's decision alone: no job names any of it.

import { z } from 'zod';
import { setting } from './define.ts';

export const Capability = z
  .string()
  .max(200)
  .regex(/^(\/[A-Za-z0-9._-]+)+$/, 'expected a capability such as /reconstruction/local-refinement/v1');
const Argument = z.string().max(4096).refine(withoutNul, 'an argument can not hold a null character');
const Arguments = z.array(Argument).max(128);

/** Members left out: as `src-main/backends/runners/limits.ts` has it. */
const limits = {
  /** Seconds; a job that takes longer fails. */
  timeLimitSecs: z.number().int().min(1).max(2_592_000).optional(),
  /** What results and temporary files may take on the disk together, in MiB. */
  outputMiB: z.number().int().min(1).max(10_000_000).optional(),
  /** Results of one job. */
  outputFiles: z.number().int().min(1).max(1024).optional(),
};

const ProgramRunnerSetting = z.strictObject({
  kind: z.literal('program'),
  capability: Capability,
  program: z
    .string()
    .max(4096)
    .regex(/^(\/|[A-Za-z]:[\\/])/, 'expected the whole path of a program, such as /opt/wrap/run.py')
    .refine(withoutNul, 'a path can not hold a null character'),
  args: Arguments.optional(),
  ...limits,
});
export type ProgramRunnerSetting = z.infer<typeof ProgramRunnerSetting>;

const ContainerRunnerSetting = z.strictObject({
  kind: z.literal('container'),
  capability: Capability,
  image: z
    .string()
    .max(255)
    .regex(/^[A-Za-z0-9][\w.:/@-]*$/, 'expected an image such as docker.io/library/python:3.13'),
  /** In place of the image's own. */
  args: Arguments.optional(),
  /** Off: it has no network at all. On: it reaches the Internet and everything that this computer reaches. */
  network: z.boolean().optional(),
  /** All graphics cards that the engine hands out. */
  gpu: z.boolean().optional(),
  memoryMiB: z.number().int().min(16).max(10_000_000).optional(),
  /** Thousandths of a core. */
  cpuMillicores: z.number().int().min(10).max(1_000_000).optional(),
  /** Processes and threads at once. */
  pids: z.number().int().min(1).max(100_000).optional(),
  /** Temporary files, in MiB; they are kept in its memory. */
  tmpMiB: z.number().int().min(1).max(1_000_000).optional(),
  ...limits,
});
export type ContainerRunnerSetting = z.infer<typeof ContainerRunnerSetting>;

const NoopRunnerSetting = z.strictObject({
  kind: z.literal('noop'),
  capability: Capability,
  /** How long it pretends to work, in seconds. */
  sleepSecs: z.number().int().min(0).max(86_400).optional(),
});
export type NoopRunnerSetting = z.infer<typeof NoopRunnerSetting>;

export const RunnerSetting = z.discriminatedUnion('kind', [
  NoopRunnerSetting,
  ProgramRunnerSetting,
  ContainerRunnerSetting,
]);
export type RunnerSetting = z.infer<typeof RunnerSetting>;

export const RunnersSetting = z
  .array(RunnerSetting)
  .max(64)
  .superRefine((runners, context) => {
    const seen = new Set<string>();
    for (const [at, { capability }] of runners.entries()) {
      if (seen.has(capability)) {
        context.addIssue({ code: 'custom', path: [at, 'capability'], message: `${capability} has a runner already` });
      }
      seen.add(capability);
    }
  });

export const runnersSettings = {
  'backends.runners': setting(
    RunnersSetting,
    [],
    'Runners for leased jobs, as [{"kind":"program","capability":"/examples/hello/v1","program":"/opt/wrap/run.py"}] with "kind":"container" and "image", or with "kind":"noop" to try a network out. docs/runners.md says what they have to do.',
    { inFront: true },
  ),
  'backends.runnersHeld': setting(
    z.boolean(),
    false,
    'Runners wait for your yes, since a backup brought them: what is at their paths may be something else here. Set it to false once you have looked at backends.runners.',
    { inFront: true },
  ),
};

function withoutNul(text: string): boolean {
  return !text.includes('\0');
}
