// One detector for each way to find out about graphics cards and what can compute on them. Each says what came of it and, where
// there is something to do, what.

import { constants } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DetectorView, GpuView } from '../../../src-preload/contract/hardware.ts';
import type { Run } from '../../base/run.ts';
import type { SystemFacts } from './system-facts.ts';

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  /** `/`, or a test's folder. */
  readonly root: string;
  readonly run: Run;
  /** Whether this user may use a file so, by the constants of node:fs. */
  readonly may: (file: string, mode: number) => Promise<boolean>;
  readonly facts: (signal: AbortSignal) => Promise<SystemFacts>;
}

/** What a detector found, beside the card's place on the bus where it has one. */
export type Card = Partial<GpuView> & Pick<GpuView, 'vendor'> & { readonly bus: string };

export interface Detected {
  readonly verdict: DetectorView['verdict'];
  readonly says: string;
  readonly fix?: string;
  readonly cards?: readonly Card[];
}

const MEBIBYTE = 1024 * 1024;
const NOT_HERE: Detected = { verdict: 'not-here', says: 'Not for this system.' };

/** The cards that the system lists. `has` tells whether one of a vendor is among them. */
export async function graphics(
  around: Surroundings,
  facts: SystemFacts | undefined,
  signal: AbortSignal,
): Promise<Detected> {
  if (!facts) return { verdict: 'failed', says: 'The system gave no list of its graphics cards in time.' };
  const cards = facts.cards
    .filter(({ name, vendor }) => name !== '' || vendor !== '')
    .map(({ name, vendor, bus, memoryMebibytes, shared, driver }): Card => {
      // What lspci calls memory is a window into it.
      const memory = around.platform === 'linux' || memoryMebibytes === null ? null : memoryMebibytes * MEBIBYTE;
      return { name: name || vendor, vendor: vendorOf(`${vendor} ${name}`), bus, memoryBytes: memory, shared, driver };
    });
  if (cards.length > 0) return { verdict: 'found', says: counted(cards.length, 'the system'), cards };
  if (around.platform === 'linux' && (await around.run('lspci', ['--version'], signal)).kind === 'missing') {
    return { verdict: 'missing', says: 'lspci: not found.', fix: 'Install the package pciutils to have cards listed.' };
  }
  return { verdict: 'nothing', says: 'The system lists no graphics card.' };
}

const NVIDIA_FIELDS = 'name,pci.bus_id,memory.total,memory.free,driver_version,power.draw,power.limit';

export async function nvidia(around: Surroundings, present: boolean, signal: AbortSignal): Promise<Detected> {
  if (around.platform === 'darwin') return NOT_HERE;
  const query = [`--query-gpu=${NVIDIA_FIELDS}`, '--format=csv,noheader,nounits'];
  const answered = await around.run('nvidia-smi', query, signal);
  if (answered.kind === 'missing') {
    const says = "nvidia-smi: not found. It comes with NVIDIA's driver.";
    return present
      ? { verdict: 'missing', says, fix: "Install NVIDIA's driver: without it model servers can't use the card." }
      : { verdict: 'missing', says };
  }
  const cards = answered.kind === 'done' ? answered.text.split('\n').flatMap(nvidiaCard) : [];
  if (cards.length > 0) return { verdict: 'found', says: counted(cards.length, 'nvidia-smi'), cards };
  return {
    verdict: 'failed',
    says: 'nvidia-smi: it is there and names no card.',
    fix: "Restart the computer if NVIDIA's driver was just updated; otherwise install the driver again.",
  };
}

function nvidiaCard(line: string): readonly Card[] {
  const [name, bus, total, free, driver, watts, most] = line.split(',').map((part) => part.trim());
  if (!name || bus === undefined || free === undefined) return [];
  return [
    {
      name: printable(name),
      vendor: 'nvidia',
      bus,
      memoryBytes: scaled(total, MEBIBYTE),
      freeBytes: scaled(free, MEBIBYTE),
      shared: false,
      driver: driver && /^[\w.-]{1,40}$/.test(driver) ? driver : null,
      watts: scaled(watts, 1),
      mostWatts: scaled(most, 1),
    },
  ];
}

/** The amdgpu driver tells in /sys/class/drm. */
export async function amd({ platform, root }: Surroundings): Promise<Detected> {
  if (platform !== 'linux') return NOT_HERE;
  const folder = join(root, 'sys/class/drm');
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^card\d{1,3}$/.test(name));
  const found: Card[] = [];
  let silent = 0;
  for (const device of names.map((name) => join(folder, name, 'device'))) {
    if ((await textOf(device, 'vendor')) !== '0x1002') continue;
    const total = scaled(await textOf(device, 'mem_info_vram_total'), 1);
    const used = scaled(await textOf(device, 'mem_info_vram_used'), 1);
    const bus = /^PCI_SLOT_NAME=(.+)$/m.exec((await textOf(device, 'uevent')) ?? '')?.[1] ?? '';
    if (total === null) silent += 1;
    const freeBytes = total === null || used === null ? null : Math.max(0, total - used);
    found.push({ vendor: 'amd', bus, memoryBytes: total, freeBytes });
  }
  if (found.length === 0) return { verdict: 'nothing', says: 'No AMD card has a driver that can be asked.' };
  if (silent === found.length) {
    return {
      verdict: 'failed',
      says: 'The driver of the AMD card does not tell of its memory.',
      fix: 'It is most likely the old driver "radeon". Model servers need "amdgpu".',
      cards: found,
    };
  }
  return { verdict: 'found', says: counted(found.length, 'amdgpu'), cards: found };
}

/** ROCm computes through /dev/kfd, which takes a right that new users often lack. */
export async function rocm({ platform, root, may }: Surroundings, present: boolean): Promise<Detected> {
  if (platform !== 'linux') return NOT_HERE;
  const device = join(root, 'dev/kfd');
  if (!(await may(device, constants.F_OK))) {
    const says = '/dev/kfd: not there. It comes with ROCm, for AMD cards.';
    return present
      ? { verdict: 'missing', says, fix: 'Install ROCm, or use a model server that computes by Vulkan.' }
      : { verdict: 'missing', says };
  }
  if (!(await may(device, constants.R_OK | constants.W_OK))) {
    const fix = 'Run "sudo usermod -aG render,video $USER" and log in again.';
    return { verdict: 'denied', says: '/dev/kfd: you may not use it.', fix };
  }
  const version = await textOf(join(root, 'opt/rocm/.info'), 'version');
  const known = version !== undefined && /^[\w.-]{1,40}$/.test(version) ? ` ${version}` : '';
  return { verdict: 'found', says: `ROCm${known} can compute on the AMD card.` };
}

export async function vulkan(around: Surroundings, signal: AbortSignal): Promise<Detected> {
  if (around.platform === 'darwin') return NOT_HERE;
  const answered = await around.run('vulkaninfo', ['--summary'], signal);
  if (answered.kind === 'missing') {
    const linux = around.platform === 'linux';
    return {
      verdict: 'missing',
      says: 'vulkaninfo: not found. Vulkan may work all the same.',
      ...(linux && { fix: 'Install the package vulkan-tools to see here what Vulkan can use.' }),
    };
  }
  if (answered.kind === 'failed') {
    return {
      verdict: 'failed',
      says: 'vulkaninfo: it is there and failed.',
      fix: "Install the graphics card's driver again.",
    };
  }
  // Processors that play a card are no help.
  const devices = answered.text
    .split(/^GPU\d+:/m)
    .filter((part) => !/deviceType\s*=\s*PHYSICAL_DEVICE_TYPE_CPU/.test(part));
  const names = devices.flatMap((part) => /deviceName\s*=\s*(.+)/.exec(part)?.[1] ?? []).map(printable);
  if (names.length === 0) return { verdict: 'nothing', says: 'Vulkan has no graphics card to use.' };
  return { verdict: 'found', says: `Vulkan can use ${names.slice(0, 4).join(' and ')}.` };
}

export function metal({ platform }: Surroundings, facts: SystemFacts | undefined): Detected {
  if (platform !== 'darwin') return NOT_HERE;
  const able = facts?.cards.filter((card) => card.metal !== null || vendorOf(card.vendor) === 'apple') ?? [];
  if (able.length === 0) return { verdict: 'nothing', says: 'No graphics card here has Metal.' };
  return { verdict: 'found', says: `Metal can use ${able.map(({ name }) => name).join(' and ')}.` };
}

export function vendorOf(text: string): GpuView['vendor'] {
  if (/nvidia/i.test(text)) return 'nvidia';
  if (/\b(amd|ati|radeon)\b|advanced micro devices/i.test(text)) return 'amd';
  if (/\bintel\b/i.test(text)) return 'intel';
  return /\bapple\b/i.test(text) ? 'apple' : 'other';
}

function counted(count: number, by: string): string {
  return `${count === 1 ? '1 card' : `${count} cards`} reported by ${by}.`;
}

async function textOf(...path: readonly string[]): Promise<string | undefined> {
  const text = await readFile(join(...path), 'utf8').catch(() => undefined);
  return text?.slice(0, 4096).trim();
}

function printable(text: string): string {
  return text
    .replace(/\p{C}+/gu, ' ')
    .trim()
    .slice(0, 120);
}

/** `[N/A]` and `[Not Supported]` are answers too. */
function scaled(text: string | undefined, by: number): number | null {
  return text !== undefined && /^\d{1,15}(\.\d{1,6})?$/.test(text) ? Number(text) * by : null;
}
