// What to ask for a machine: what others do, what power costs, and what there is to begin with. Pure.
import type { PaygressMarket } from '../../../src-preload/contract/networks/paygress.ts';
import type { PaygressSpec } from '../../../src-preload/contract/networks/paygress-settings.ts';
import type { PowerDraw, Tariff } from '../../../src-preload/contract/settings/power.ts';

type Size = Pick<PaygressSpec, 'cpuMillicores' | 'memoryMiB'>;

/** Up to twice or half of both is about the same size. */
const ABOUT = 2;
const isAbout = (one: number, other: number) => one <= other * ABOUT && other <= one * ABOUT;

/** What machines of about this size cost a second elsewhere, in msat; undefined: there is none. */
export function asked(
  { machines }: PaygressMarket,
  { cpuMillicores, memoryMiB }: Size,
): { readonly count: number; readonly low: number; readonly middle: number; readonly high: number } | undefined {
  const rates = machines
    .filter((other) => isAbout(other.cpuMillicores, cpuMillicores) && isAbout(other.memoryMiB, memoryMiB))
    .map(({ rateMsat }) => rateMsat)
    .sort((one, other) => one - other);
  const count = rates.length;
  if (count === 0) return undefined;
  return { count, low: rates[0]!, middle: rates[Math.ceil(count / 2) - 1]!, high: rates.at(-1)! };
}

const HOURS = 24;

/**
 * In the tariff's currency: its part of the cores, busy all day. What the computer draws anyway counts only where it would be off otherwise.
 * undefined: what it draws, what that costs, or how many cores there are is not known.
 */
export function powerADay(
  { cpuMillicores }: Size,
  wholeMillicores: number | undefined,
  draw: PowerDraw | null,
  tariff: Tariff | null,
): number | undefined {
  if (!draw || !tariff || !wholeMillicores) return undefined;
  const part = Math.min(1, cpuMillicores / wholeMillicores);
  const watts = draw.working - (draw.alwaysOn ? draw.idle : 0);
  const perKwh = 'perKwh' in tariff ? tariff.perKwh : tariff.byHour.reduce((sum, price) => sum + price, 0) / HOURS;
  return ((Math.max(0, watts) * part * HOURS) / 1000) * perKwh;
}

/** What is lent of an engine's whole; undefined: there is none. `null`: half, as the settings have it. */
export function roomFor(whole: Size | undefined, cpuMillicores: number | null, memoryMiB: number | null) {
  if (!whole) return undefined;
  return {
    cpuMillicores: Math.min(whole.cpuMillicores, cpuMillicores ?? whole.cpuMillicores / 2),
    memoryMiB: Math.min(whole.memoryMiB, memoryMiB ?? whole.memoryMiB / 2),
  };
}

/** Two of them fit; no smaller than what most templates need, and no larger than what one customer needs. */
const SMALLEST = { cpuMillicores: 500, memoryMiB: 1024 };
const LARGEST = { cpuMillicores: 4000, memoryMiB: 8192 };
const DISK_MIB = 5120;
/** About what providers ask for a core and a gigabyte, where nobody is there to go by. */
const USUAL_MSAT = 50;
const CORE = 1000;
const GIB = 1024;

const between = (least: number, value: number, most: number) => Math.max(least, Math.min(most, value));
const evenly = (value: number, step: number) => Math.floor(value / step) * step;

/** A first machine for this computer, at what half of the others ask for such a one. */
export function suggested(room: Size | undefined, market: PaygressMarket | undefined) {
  const cpuMillicores = between(
    SMALLEST.cpuMillicores,
    evenly((room?.cpuMillicores ?? 2 * CORE) / 2, 500),
    LARGEST.cpuMillicores,
  );
  const memoryMiB = between(SMALLEST.memoryMiB, evenly((room?.memoryMiB ?? 2 * GIB) / 2, 512), LARGEST.memoryMiB);
  const usual = Math.max(cpuMillicores / CORE, memoryMiB / GIB) * USUAL_MSAT;
  const rateMsat = (market && asked(market, { cpuMillicores, memoryMiB })?.middle) ?? Math.round(usual);
  return { cpuMillicores, memoryMiB, diskMiB: DISK_MIB, rateMsat };
}
