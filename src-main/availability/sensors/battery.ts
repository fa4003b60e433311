// Whether the computer runs on its battery, and how full it is.

import { namesIn, numberOf, textOf } from '../../base/files.ts';
import type { Run } from '../../base/run.ts';
import { type Battery, NO_ANSWER, NOT_HERE, type Reading, reads, type Sensor } from './sensor.ts';

/** Linux: /sys/class/power_supply, as its ABI document describes it. `root` is `/`, or a test's folder. */
export function linuxBattery(root: string): Sensor<Battery> {
  const folder = ['sys', 'class', 'power_supply'] as const;
  return {
    everyMs: 10_000,
    async read() {
      const supplies = await Promise.all((await namesIn(root, ...folder)).map((name) => supply(root, ...folder, name)));
      const batteries = supplies.filter(({ type, device }) => type === 'Battery' && !device);
      if (batteries.length === 0) return reads({ onBattery: false, percent: null });
      const plugged = supplies.some(({ type, online }) => type !== 'Battery' && online === 1);
      const discharging = batteries.some(({ status }) => status === 'Discharging');
      return reads({ onBattery: !plugged && discharging, percent: chargeOf(batteries) });
    },
  };
}

type Supply = Awaited<ReturnType<typeof supply>>;

async function supply(...at: readonly string[]) {
  const [type, scope, status, online, capacity, energy, energyFull] = await Promise.all([
    textOf(...at, 'type'),
    textOf(...at, 'scope'),
    textOf(...at, 'status'),
    numberOf(...at, 'online'),
    numberOf(...at, 'capacity'),
    numberOf(...at, 'energy_now'),
    numberOf(...at, 'energy_full'),
  ]);
  // The battery of a mouse or a pad is not the computer's.
  return { type, device: scope === 'Device', status, online, capacity, energy, energyFull };
}

/** Of all batteries together by their energy; where they don't tell it, the mean of their percents. */
function chargeOf(batteries: readonly Supply[]): number | null {
  const known = batteries.filter(({ energy, energyFull }) => energy !== undefined && (energyFull ?? 0) > 0);
  if (known.length === batteries.length) {
    const sum = (pick: (one: Supply) => number) => known.reduce((total, one) => total + pick(one), 0);
    return clamp((100 * sum(({ energy }) => energy!)) / sum(({ energyFull }) => energyFull!));
  }
  const percents = batteries.flatMap(({ capacity }) => capacity ?? []);
  if (percents.length === 0) return null;
  return clamp(percents.reduce((total, percent) => total + percent, 0) / percents.length);
}

/** macOS: `pmset -g batt`. */
export function macBattery(run: Run): Sensor<Battery> {
  return {
    everyMs: 30_000,
    async read(signal) {
      const answered = await run('pmset', ['-g', 'batt'], signal);
      if (answered.kind !== 'done') return answered.kind === 'missing' ? NOT_HERE : NO_ANSWER;
      return pmset(answered.text);
    },
  };
}

function pmset(text: string): Reading<Battery> {
  const source = /^Now drawing from '([^']{1,40})'/m.exec(text)?.[1];
  if (source === undefined) return NO_ANSWER;
  const percent = /InternalBattery[^\n]{0,80}?\b(\d{1,3})%/.exec(text)?.[1];
  return reads({
    onBattery: source === 'Battery Power',
    percent: percent === undefined ? null : clamp(Number(percent)),
  });
}

/** Windows: Win32_Battery; BatteryStatus 1 is discharging, 4 and 5 are low and critical on it. No battery, no line. */
export function windowsBattery(run: Run): Sensor<Battery> {
  const ask = 'Get-CimInstance Win32_Battery | ForEach-Object { "$($_.BatteryStatus) $($_.EstimatedChargeRemaining)" }';
  return {
    everyMs: 180_000,
    async read(signal) {
      const answered = await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', ask], signal);
      if (answered.kind !== 'done') return answered.kind === 'missing' ? NOT_HERE : NO_ANSWER;
      const found = [...answered.text.matchAll(/^(\d{1,2}) (\d{1,3})\s*$/gm)];
      const percents = found.map(([, , percent]) => Number(percent));
      return reads({
        onBattery: found.some(([, status]) => ['1', '4', '5'].includes(status!)),
        percent: percents.length > 0 ? clamp(percents.reduce((sum, each) => sum + each, 0) / percents.length) : null,
      });
    },
  };
}

function clamp(percent: number): number {
  return Math.min(100, Math.max(0, percent));
}
