// What a runner may take where its user has not said otherwise.

import type { ContainerRunnerSetting, ProgramRunnerSetting } from '../../../src-preload/contract/settings/runners.ts';

const MIB = 1024 * 1024;

export interface RunnerLimits {
  readonly timeMs: number;
  /** Of results and temporary files together, and of the results alone. */
  readonly outputBytes: number;
  readonly outputFiles: number;
}

export function limitsOf(of: ProgramRunnerSetting | ContainerRunnerSetting): RunnerLimits {
  return {
    // A reconstruction on a small graphics card takes hours.
    timeMs: (of.timeLimitSecs ?? 6 * 3600) * 1000,
    outputBytes: (of.outputMiB ?? 4096) * MIB,
    outputFiles: of.outputFiles ?? 512,
  };
}

export interface ContainerLimits {
  readonly memoryBytes: number;
  readonly cpuMillicores: number;
  readonly pids: number;
  readonly tmpBytes: number;
}

export function containerLimitsOf(of: ContainerRunnerSetting): ContainerLimits {
  return {
    memoryBytes: (of.memoryMiB ?? 2048) * MIB,
    cpuMillicores: of.cpuMillicores ?? 1000,
    pids: of.pids ?? 256,
    tmpBytes: (of.tmpMiB ?? 256) * MIB,
  };
}
