import { constants, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src-main/base/clock.ts';
import type { Answered } from '../../../../src-main/base/run.ts';
import type { Surroundings } from '../../../../src-main/engine/hardware/detectors.ts';
import { Hardware, surroundings } from '../../../../src-main/engine/hardware/hardware.ts';
import type { SystemFacts } from '../../../../src-main/engine/hardware/system-facts.ts';
import { HandClock } from '../../../support/clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

const card = (facts: Partial<SystemFacts['cards'][0]>): SystemFacts['cards'][0] => ({
  vendor: '',
  name: '',
  bus: '',
  memoryMebibytes: null,
  shared: false,
  driver: null,
  metal: null,
  ...facts,
});
const NVIDIA = card({
  vendor: 'NVIDIA Corporation',
  name: 'AD102 [GeForce RTX 4090]',
  bus: '01:00.0',
  memoryMebibytes: 256,
});
const AMD = card({ vendor: 'Advanced Micro Devices, Inc. [AMD/ATI]', name: 'Navi 31', bus: '03:00.0' });

interface Around {
  readonly platform?: NodeJS.Platform;
  readonly cards?: readonly SystemFacts['cards'][0][] | 'silent';
  /** By program: its answer, or "fails". Those that are not named are not installed. */
  readonly programs?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  /** May be used by nobody but root. */
  readonly closed?: readonly string[];
}

function around({ platform = 'linux', cards = [], programs = {}, files = {}, closed = [] }: Around): Surroundings {
  const root = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return {
    platform,
    root,
    run: async (program): Promise<Answered> => {
      const answer = programs[program];
      if (answer === undefined) return { kind: 'missing' };
      return answer === 'fails' ? { kind: 'failed' } : { kind: 'done', text: answer };
    },
    may: async (file, mode) =>
      existsSync(file) && (mode === constants.F_OK || !closed.some((name) => file === join(root, name))),
    facts: async () => {
      if (cards === 'silent') throw new Error('no answer');
      return { name: 'Debian GNU/Linux 13', kernel: '6.12', cpu: 'A Processor', cores: 8, cards: [...cards] };
    },
  };
}

async function look(facts: Around) {
  const view = await new Hardware({ clock: systemClock, around: around(facts) }, temporaryFolder()).view();
  const said = (id: string) => {
    const { verdict, says, fix } = view.detectors.find((detector) => detector.id === id)!;
    return [verdict, says, fix];
  };
  return { view, said };
}

const SMI = 'NVIDIA GeForce RTX 4090, 00000000:01:00.0, 24564, 20000, 550.54.14, 21.50, 450.00\n';

describe('hardware', () => {
  it('has one of each card, whoever tells of it, and believes drivers more than lists', async () => {
    const { view, said } = await look({
      cards: [NVIDIA, AMD],
      programs: {
        'nvidia-smi': SMI,
        vulkaninfo:
          'GPU0:\n\tdeviceType = PHYSICAL_DEVICE_TYPE_DISCRETE_GPU\n\tdeviceName = Navi 31\nGPU1:\n\tdeviceType = PHYSICAL_DEVICE_TYPE_CPU\n\tdeviceName = llvmpipe\n',
      },
      files: {
        'sys/class/drm/card0/device/vendor': '0x1002\n',
        'sys/class/drm/card0/device/uevent': 'DRIVER=amdgpu\nPCI_SLOT_NAME=0000:03:00.0\n',
        'sys/class/drm/card0/device/mem_info_vram_total': `${24 * GIB}\n`,
        'sys/class/drm/card0/device/mem_info_vram_used': `${GIB}\n`,
        'sys/class/drm/card1/device/vendor': '0x10de\n',
        'dev/kfd': '',
        'opt/rocm/.info/version': '6.2.0\n',
      },
    });
    expect(view.gpus).toEqual([
      {
        name: 'NVIDIA GeForce RTX 4090',
        vendor: 'nvidia',
        memoryBytes: 24_564 * MIB,
        freeBytes: 20_000 * MIB,
        shared: false,
        driver: '550.54.14',
        watts: 21.5,
        mostWatts: 450,
        toldBy: ['nvidia', 'graphics'],
      },
      {
        name: 'Navi 31',
        vendor: 'amd',
        memoryBytes: 24 * GIB,
        freeBytes: 23 * GIB,
        shared: false,
        driver: null,
        watts: null,
        mostWatts: null,
        toldBy: ['amd', 'graphics'],
      },
    ]);
    expect(said('rocm')).toEqual(['found', 'ROCm 6.2.0 can compute on the AMD card.', null]);
    expect(said('vulkan')).toEqual(['found', 'Vulkan can use Navi 31.', null]);
    expect(view.system).toMatchObject({ platform: 'linux', name: 'Debian GNU/Linux 13', release: '6.12' });
    expect(view.cpu).toMatchObject({ model: 'A Processor', cores: 8 });
  });

  it.each<[string, Around, string, unknown[]]>([
    ['a card without its driver', { cards: [NVIDIA] }, 'nvidia', ['missing', /not found/, /^Install NVIDIA's driver/]],
    ['no such card', {}, 'nvidia', ['missing', /not found/, null]],
    [
      'a driver that is out of step',
      { cards: [NVIDIA], programs: { 'nvidia-smi': 'fails' } },
      'nvidia',
      ['failed', /names no card/, /^Restart/],
    ],
    [
      'a driver that talks nonsense',
      { programs: { 'nvidia-smi': 'hello\n,,,\n' } },
      'nvidia',
      ['failed', /names no card/, /^Restart/],
    ],
    ['a Mac', { platform: 'darwin' }, 'nvidia', ['not-here', /./, null]],
    ['an AMD card without ROCm', { cards: [AMD] }, 'rocm', ['missing', /not there/, /^Install ROCm/]],
    [
      'ROCm that this user may not use',
      { files: { 'dev/kfd': '' }, closed: ['dev/kfd'] },
      'rocm',
      ['denied', /may not use/, /render,video/],
    ],
    [
      'an AMD card with the old driver',
      { files: { 'sys/class/drm/card0/device/vendor': '0x1002' } },
      'amd',
      ['failed', /does not tell/, /"radeon"/],
    ],
    ['no AMD card', {}, 'amd', ['nothing', /./, null]],
    ['no vulkaninfo', {}, 'vulkan', ['missing', /may work all the same/, /vulkan-tools/]],
    ['no vulkaninfo on Windows', { platform: 'win32' }, 'vulkan', ['missing', /may work all the same/, null]],
    ['vulkaninfo that fails', { programs: { vulkaninfo: 'fails' } }, 'vulkan', ['failed', /failed/, /driver/]],
    ['no list of cards', {}, 'graphics', ['missing', /lspci/, /pciutils/]],
    ['an empty list of cards', { programs: { lspci: '' } }, 'graphics', ['nothing', /no graphics card/, null]],
    ['a system that says nothing', { cards: 'silent' }, 'graphics', ['failed', /no list/, null]],
    ['a system that says nothing of itself', { cards: 'silent' }, 'system', ['failed', /didn't answer in time/, null]],
    [
      'a Mac with Metal',
      { platform: 'darwin', cards: [card({ vendor: 'Apple', name: 'Apple M3', metal: 'Metal 3' })] },
      'metal',
      ['found', /Apple M3/, null],
    ],
    ['a Mac without', { platform: 'darwin' }, 'metal', ['nothing', /Metal/, null]],
  ])('says of %s what came of it and what to do', async (_name, facts, id, [verdict, says, fix]) => {
    const { said } = await look(facts);
    expect(said(id)).toEqual([
      verdict,
      expect.stringMatching(says as RegExp),
      fix === null ? null : expect.stringMatching(fix as RegExp),
    ]);
  });

  it('takes what a system lists of its cards where no driver tells, but not the memory that lspci guesses', async () => {
    const windows = card({
      vendor: 'Intel Corporation',
      name: 'Intel(R) Iris(R) Xe Graphics',
      memoryMebibytes: 1024,
      shared: true,
      driver: '31.0',
    });
    expect((await look({ platform: 'win32', cards: [windows] })).view.gpus).toMatchObject([
      { vendor: 'intel', memoryBytes: GIB, shared: true, driver: '31.0', toldBy: ['graphics'] },
    ]);
    expect((await look({ cards: [NVIDIA] })).view.gpus).toMatchObject([{ vendor: 'nvidia', memoryBytes: null }]);
  });

  it('tells two cards of one maker apart by their places', async () => {
    const { view } = await look({
      cards: [NVIDIA, { ...NVIDIA, bus: '41:00.0', name: 'GA102' }],
      programs: { 'nvidia-smi': `${SMI.replace('01:00.0', '41:00.0').replace('4090', '3090')}${SMI}` },
    });
    expect(view.gpus.map(({ name, toldBy }) => [name, toldBy.length])).toEqual([
      ['NVIDIA GeForce RTX 4090', 2],
      ['NVIDIA GeForce RTX 3090', 2],
    ]);
  });

  it('is read once a minute at most, however many ask', async () => {
    const clock = new HandClock();
    let read = 0;
    const made = around({});
    const facts = (signal: AbortSignal) => {
      read += 1;
      return made.facts(signal);
    };
    const hardware = new Hardware({ clock, around: { ...made, facts } }, temporaryFolder());
    const [first, second] = await Promise.all([hardware.view(), hardware.view()]);
    expect([read, first === second]).toEqual([1, true]);
    await clock.turn(59_000);
    await hardware.view();
    expect(read).toBe(1);
    await clock.turn(1000);
    await hardware.view();
    expect(read).toBe(2);
    expect(clock.timers).toBe(0);
  });

  it('waits no longer than some seconds for what does not answer, and has the rest', async () => {
    const clock = new HandClock();
    const made = around({ cards: [NVIDIA], programs: { 'nvidia-smi': SMI } });
    const facts = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const asked = new Hardware({ clock, around: { ...made, facts } }, temporaryFolder()).view();
    await clock.turn(8000);
    const view = await asked;
    expect(view.detectors.find(({ id }) => id === 'system')?.verdict).toBe('failed');
    expect(view.gpus).toMatchObject([{ name: 'NVIDIA GeForce RTX 4090', toldBy: ['nvidia'] }]);
  });

  it('is read from this computer, beside the thread that serves tasks', async () => {
    const view = await new Hardware({ clock: systemClock, around: surroundings() }, temporaryFolder()).view();
    expect(view.detectors.find(({ id }) => id === 'system')?.verdict).toBe('found');
    expect(view.cpu.threads).toBeGreaterThan(0);
    expect(view.memory.totalBytes).toBeGreaterThan(view.memory.availableBytes);
    expect(view.disk?.totalBytes).toBeGreaterThan(0);
  });
});
