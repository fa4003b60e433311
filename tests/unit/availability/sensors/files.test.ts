// What the kernel writes of batteries, temperatures and graphics memory: files as real computers have them.
import { describe, expect, it } from 'vitest';
import { linuxBattery } from '../../../../src-main/availability/sensors/battery.ts';
import { gpuHeat, linuxCpuHeat } from '../../../../src-main/availability/sensors/heat.ts';
import { vram } from '../../../../src-main/availability/sensors/vram.ts';
import { gpuWatts } from '../../../../src-main/availability/sensors/watts.ts';
import { runner } from '../../../../src-main/base/run.ts';
import { tree } from '../../../support/tree.ts';

type Files = Readonly<Record<string, string | number>>;

const signal = () => new AbortController().signal;
/** No program of the system is found. */
const run = runner({ PATH: '/nowhere' });
const NOT_HERE = { ok: false, why: 'not-here' };

const under = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
const supply = (name: string, files: Files) => under(`sys/class/power_supply/${name}`, files);
const hwmon = (number: number, files: Files) => under(`sys/class/hwmon/hwmon${number}`, files);
const zone = (number: number, type: string, temp: string | number) =>
  under(`sys/class/thermal/thermal_zone${number}`, { type, temp });

const MAINS_OFF = supply('AC', { type: 'Mains', online: 0 });
const MAINS_ON = supply('AC', { type: 'Mains', online: 1 });
const thinkpad = (status: string) => ({
  ...supply('BAT0', {
    type: 'Battery',
    status,
    present: 1,
    capacity: 62,
    energy_now: 14_400_000,
    energy_full: 23_200_000,
    energy_full_design: 23_940_000,
    power_now: 6_600_000,
  }),
  ...supply('BAT1', {
    type: 'Battery',
    status: 'Unknown',
    capacity: 96,
    energy_now: 63_000_000,
    energy_full: 65_000_000,
  }),
});

describe('the battery', () => {
  it.each<[string, Files, { onBattery: boolean; percent: number | null }]>([
    ['a desktop computer has none', {}, { onBattery: false, percent: null }],
    ['a server with mains alone', MAINS_ON, { onBattery: false, percent: null }],
    [
      'a notebook with two batteries, one of them discharging: by their energy',
      { ...MAINS_OFF, ...thinkpad('Discharging') },
      { onBattery: true, percent: (100 * 77.4) / 88.2 },
    ],
    [
      'a notebook plugged in that draws from its battery too',
      { ...MAINS_ON, ...thinkpad('Discharging') },
      { onBattery: false, percent: (100 * 77.4) / 88.2 },
    ],
    [
      'a notebook that is charged by USB-C and has no mains',
      {
        ...supply('ucsi-source-psy-USBC000:001', { type: 'USB', online: 1, usb_type: 'C [PD] PD_PPS' }),
        ...supply('BAT0', { type: 'Battery', status: 'Charging', capacity: 40 }),
      },
      { onBattery: false, percent: 40 },
    ],
    [
      'a notebook that counts charge and not energy',
      {
        ...supply('ADP1', { type: 'Mains', online: 0 }),
        ...supply('BAT0', { type: 'Battery', status: 'Discharging', capacity: 7, charge_now: 300_000 }),
      },
      { onBattery: true, percent: 7 },
    ],
    [
      'a full battery held at mains',
      { ...MAINS_ON, ...supply('BAT0', { type: 'Battery', status: 'Not charging', capacity: 80 }) },
      { onBattery: false, percent: 80 },
    ],
    [
      'a desktop computer with the battery of a mouse',
      supply('hidpp_battery_0', { type: 'Battery', scope: 'Device', status: 'Discharging', capacity: 50 }),
      { onBattery: false, percent: null },
    ],
    [
      'a battery that tells nothing of its charge',
      supply('BAT0', { type: 'Battery', status: 'Discharging' }),
      { onBattery: true, percent: null },
    ],
    [
      'a worn battery that holds more than it says it can',
      supply('BAT0', { type: 'Battery', status: 'Full', energy_now: 51, energy_full: 50 }),
      { onBattery: false, percent: 100 },
    ],
  ])('of %s', async (_name, files, expected) => {
    const reading = await linuxBattery(tree(files)).read(signal());
    expect(reading).toEqual({ ok: true, value: { ...expected, percent: expected.percent && expect.any(Number) } });
    if (reading.ok && expected.percent !== null) expect(reading.value.percent).toBeCloseTo(expected.percent);
  });
});

const INTEL = hwmon(3, {
  name: 'coretemp',
  temp1_input: 61_000,
  temp1_label: 'Package id 0',
  temp1_crit: 100_000,
  temp2_input: 58_000,
  temp2_label: 'Core 0',
  temp3_input: 63_500,
  temp3_label: 'Core 1',
});
const RYZEN = hwmon(1, {
  name: 'k10temp',
  temp1_input: 72_000,
  temp1_label: 'Tctl',
  temp2_input: 62_000,
  temp2_label: 'Tdie',
});
const RADEON = hwmon(4, {
  name: 'amdgpu',
  temp1_input: 54_000,
  temp1_label: 'edge',
  temp2_input: 71_000,
  temp2_label: 'junction',
  temp3_input: 66_000,
  temp3_label: 'mem',
  power1_average: 35_000_000,
});
const NVME = hwmon(0, { name: 'nvme', temp1_input: 91_850, temp1_label: 'Composite' });
const BOARD = hwmon(2, { name: 'acpitz', temp1_input: 27_800 });

describe('the temperature of the processor', () => {
  it.each<[string, Files, { celsius: number; sensor: string } | null]>([
    ['Intel: its hottest core', { ...NVME, ...BOARD, ...INTEL }, { celsius: 63.5, sensor: 'coretemp Core 1' }],
    ['a Ryzen: the die, not the number that steers its fan', RYZEN, { celsius: 62, sensor: 'k10temp Tdie' }],
    [
      'a Ryzen of today, which has no other',
      hwmon(0, { name: 'k10temp', temp1_input: 48_375, temp1_label: 'Tctl' }),
      { celsius: 48.375, sensor: 'k10temp Tctl' },
    ],
    [
      'a Raspberry Pi',
      { ...hwmon(0, { name: 'cpu_thermal', temp1_input: 55_017 }), ...zone(0, 'cpu-thermal', 55_017) },
      { celsius: 55.017, sensor: 'cpu_thermal' },
    ],
    [
      'one that has zones alone',
      { ...zone(0, 'acpitz', 20_000), ...zone(1, 'x86_pkg_temp', 49_000) },
      { celsius: 49, sensor: 'x86_pkg_temp' },
    ],
    ['a board that says something of itself alone', { ...BOARD, ...zone(0, 'acpitz', 27_800) }, null],
    ['a virtual computer', {}, null],
    [
      'a sensor that is broken',
      hwmon(0, { name: 'coretemp', temp1_input: -128_000, temp2_input: 0, temp3_input: 255_000 }),
      null,
    ],
    ['a sensor that writes nonsense', hwmon(0, { name: 'coretemp', temp1_input: 'N/A', temp2_input: '' }), null],
  ])('of %s', async (_name, files, value) => {
    expect(await linuxCpuHeat(tree(files)).read(signal())).toEqual(value ? { ok: true, value } : NOT_HERE);
  });
});

describe('the temperature of the graphics card', () => {
  it('is that of a Radeon’s edge, as its limit is meant', async () => {
    expect(await gpuHeat(run, tree({ ...INTEL, ...RADEON })).read(signal())).toEqual({
      ok: true,
      value: { celsius: 54, sensor: 'amdgpu edge' },
    });
  });

  it('can’t be read where nobody tells', async () => {
    expect(await gpuHeat(run, tree(INTEL)).read(signal())).toEqual(NOT_HERE);
    expect(await gpuHeat(run, undefined).read(signal())).toEqual(NOT_HERE);
  });
});

describe('the graphics memory', () => {
  const card = (number: number, total: number, used: number) =>
    under(`sys/class/drm/card${number}/device`, { mem_info_vram_total: total, mem_info_vram_used: used });

  it('of two Radeons is counted together', async () => {
    const root = tree({
      ...card(0, 8_573_157_376, 6_000_000_000),
      ...card(1, 1_000_000_000, 1_000),
      'sys/class/drm/card1-DP-1/status': 'connected',
    });
    expect(await vram(run, root).read(signal())).toEqual({
      ok: true,
      value: { totalBytes: 9_573_157_376, freeBytes: 3_573_156_376 },
    });
  });

  it('can’t be read where nobody tells', async () => {
    expect(await vram(run, tree({ 'sys/class/drm/card0/device/vendor': '0x8086' })).read(signal())).toEqual(NOT_HERE);
  });
});

describe('what the graphics card draws', () => {
  const without = runner({ PATH: '/nowhere' });
  it.each<[string, Files, number | null]>([
    ['an AMD card, in watts', { ...NVME, ...RADEON }, 35],
    ['one that tells of this moment alone', hwmon(1, { name: 'amdgpu', power1_input: 21_500_000 }), 21.5],
    ['one that sleeps', hwmon(1, { name: 'amdgpu', power1_average: 0 }), null],
    ['a computer without', NVME, null],
  ])('is told of %s', async (_name, files, value) => {
    const read = await gpuWatts(without, tree(files)).read(signal());
    expect(read).toEqual(value === null ? NOT_HERE : { ok: true, value });
  });
});
