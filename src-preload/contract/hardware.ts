// What this computer has, and how that was found out.

import { z } from 'zod';
import { Nothing, request, Time } from './define.ts';

/**
 * What looks for hardware. System: the operating system and the processor. Graphics: the list of cards that the system has.
 * Nvidia: nvidia-smi. Amd: the amdgpu driver. Rocm and vulkan: what lets programs compute on a card. Disk: the data folder's.
 */
export const DetectorId = z.enum(['system', 'graphics', 'nvidia', 'amd', 'rocm', 'metal', 'vulkan', 'disk']);
export type DetectorId = z.infer<typeof DetectorId>;

export const DetectorView = z.object({
  id: DetectorId,
  /**
   * Found: it said something. Nothing: it works and there is nothing of its kind. Missing: what it asks is not installed.
   * Denied: it is there and may not be asked. Failed: it is there and gave no answer that makes sense, or none in time.
   * Not-here: not for this system.
   */
  verdict: z.enum(['found', 'nothing', 'missing', 'denied', 'failed', 'not-here']),
  /** Such as "nvidia-smi: not found". */
  says: z.string(),
  /** What to do, where there is something to do. */
  fix: z.string().nullable(),
  tookMs: z.number().nonnegative(),
});
export type DetectorView = z.infer<typeof DetectorView>;

export const GpuView = z.object({
  name: z.string(),
  vendor: z.enum(['nvidia', 'amd', 'intel', 'apple', 'other']),
  /** Null where it is not known. With `shared` it is a part of the computer's own memory. */
  memoryBytes: z.number().int().nonnegative().nullable(),
  freeBytes: z.number().int().nonnegative().nullable(),
  shared: z.boolean(),
  driver: z.string().nullable(),
  /** What it draws now and may draw at most, where it tells. */
  watts: z.number().nonnegative().nullable(),
  mostWatts: z.number().nonnegative().nullable(),
  /** Who named it, the best first. */
  toldBy: z.array(DetectorId),
});
export type GpuView = z.infer<typeof GpuView>;

export const HardwareView = z.object({
  at: Time,
  system: z.object({
    platform: z.string(),
    /** Such as "Debian GNU/Linux 13" or "macOS 15.1". */
    name: z.string(),
    release: z.string(),
    arch: z.string(),
  }),
  cpu: z.object({
    model: z.string(),
    /** Null where the system does not tell them from threads. */
    cores: z.number().int().positive().nullable(),
    threads: z.number().int().positive(),
  }),
  /** Available: free, or given back when a program asks for it. */
  memory: z.object({ totalBytes: z.number().int().nonnegative(), availableBytes: z.number().int().nonnegative() }),
  gpus: z.array(GpuView),
  /** The disk that the data folder is on; null where it does not tell. */
  disk: z.object({ totalBytes: z.number().int().nonnegative(), freeBytes: z.number().int().nonnegative() }).nullable(),
  detectors: z.array(DetectorView),
});
export type HardwareView = z.infer<typeof HardwareView>;

/** Read at most once a minute; answers within some seconds where it has to be read. */
export const hardwareRequests = { 'hardware.get': request(Nothing, HardwareView) };
