// The whole of it with a clock turned by hand: pauses, rules that are read only when they matter, and one cheap answer.
import { describe, expect, it, onTestFinished } from 'vitest';
import { Availability } from '../../../src-main/availability/availability.ts';
import { silentLogger } from '../../../src-main/base/logger.ts';
import type { RuleId, RuleView } from '../../../src-preload/contract/availability.ts';
import { AvailabilityView } from '../../../src-preload/contract/availability.ts';
import type { SettingPath, SettingValue } from '../../../src-preload/contract/settings/index.ts';
import { HandClock } from '../../support/clock.ts';
import { memorySettings, NO_ANSWER, NOT_HERE, noSensors, reads, type Sensors, setSensor } from './support.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A Wednesday. */
const NOON = new Date(2026, 5, 3, 12).getTime();
const eights = (letter: string) => {
  const day = `${'-'.repeat(16)}${letter.repeat(18)}${'-'.repeat(14)}`;
  return { days: Array<string>(7).fill(day), outside: 'off' as const };
};

async function made(
  options: {
    settings?: Partial<{ [P in SettingPath]: SettingValue<P> }>;
    sensors?: Partial<Sensors>;
    at?: number;
    moved?: () => number;
    start?: boolean;
    store?: ReturnType<typeof memorySettings>;
  } = {},
) {
  const clock = new HandClock(options.at ?? NOON);
  const settings = options.store ?? memorySettings(options.settings);
  const availability = new Availability({
    clock,
    logger: silentLogger,
    settings,
    sensors: { ...noSensors, ...options.sensors },
    use: { since: () => ({ in: options.moved?.() ?? 0, out: 0 }) },
  });
  const told = { answer: 0, view: 0 };
  availability.on('answer', () => {
    told.answer += 1;
  });
  availability.on('view', () => {
    told.view += 1;
  });
  if (options.start !== false) {
    const started = availability.start();
    await clock.turn(0);
    await started;
  }
  onTestFinished(async () => {
    await availability.stop();
    expect(clock.timers).toBe(0);
  });
  const rule = <I extends RuleId>(id: I) =>
    availability.view().rules.find((each) => each.id === id) as Extract<RuleView, { id: I }>;
  return { clock, settings, availability, told, rule };
}

describe('quiet mode', () => {
  it('leaves one task, and none when it gets warm, until it is switched off', async () => {
    const gpuHeat = setSensor(1000, { celsius: 72, sensor: 'amdgpu edge' });
    const cpuHeat = setSensor(1000, { celsius: 68, sensor: 'coretemp' });
    const { clock, settings, availability, rule, told } = await made({
      settings: { 'capacity.maxConcurrent': 4, 'availability.cpuHeat': { on: true, most: 60 } },
      sensors: { gpuHeat, cpuHeat },
    });
    expect([availability.answer().bound, gpuHeat.count]).toEqual(['cpuHeat', 0]);
    const before = told.answer;
    await settings.set('availability.quiet', true);
    await clock.turn(0);
    // What the user set is stricter for the one, what quiet mode brings for the other.
    expect(rule('cpuHeat')).toMatchObject({ on: true, state: 'stops', limit: { most: 60 } });
    expect(rule('gpuHeat')).toMatchObject({ on: false, state: 'stops', limit: { most: 70 } });
    expect(availability.view()).toMatchObject({
      quiet: true,
      answer: { bound: 'cpuHeat', also: [{ code: 'gpuHeat' }] },
    });
    cpuHeat.now = reads({ celsius: 50, sensor: 'coretemp' });
    gpuHeat.now = reads({ celsius: 60, sensor: 'amdgpu edge' });
    await clock.turn(1000);
    expect(availability.answer()).toMatchObject({ accepting: true, slots: 1, most: 4, bound: 'quiet' });
    expect(told.answer).toBeGreaterThan(before);
    await settings.set('availability.quiet', false);
    await clock.turn(0);
    expect(availability.answer()).toMatchObject({ slots: 4, bound: null });
    expect(rule('gpuHeat')).toMatchObject({ state: 'off' });
  });
});

describe('a pause', () => {
  it('ends at any moment of the days to come, and is refused one that is over or too far', async () => {
    const { clock, availability, settings } = await made();
    await availability.pause(NOON + 10 * HOUR);
    expect(availability.answer()).toMatchObject({ bound: 'paused', until: NOON + 10 * HOUR });
    for (const at of [NOON, NOON - 1, NOON + 9 * 24 * HOUR]) {
      await expect(availability.pause(at)).rejects.toMatchObject({
        code: 'availability.pause-end',
        category: 'invalid',
      });
    }
    expect(settings.get('availability.pause')?.until).toBe(NOON + 10 * HOUR);
    await clock.turn(10 * HOUR);
    expect(availability.answer().accepting).toBe(true);
  });

  it('holds at once, tells its end, and ends by itself', async () => {
    const { clock, availability, settings, told } = await made();
    const paused = availability.pause('1h');
    expect(availability.answer()).toMatchObject({ accepting: false, bound: 'paused', until: NOON + HOUR });
    await paused;
    expect(availability.view().pause).toEqual({ since: NOON, until: NOON + HOUR, released: false });
    await clock.turn(HOUR - 1);
    expect(availability.answer().accepting).toBe(false);
    const before = told.answer;
    await clock.turn(1);
    expect(availability.answer()).toMatchObject({ accepting: true, bound: null });
    expect(told.answer).toBe(before + 1);
    expect([availability.view().pause, settings.get('availability.pause')]).toEqual([null, null]);
  });

  it('is over at the moment itself, whether or not a timer came in time', async () => {
    const { clock, availability } = await made({ start: false });
    await availability.pause('30m');
    expect(availability.answer().accepting).toBe(false);
    await clock.turn(30 * MINUTE);
    expect(availability.answer().accepting).toBe(true);
  });

  it('until resumed outlasts everything but resuming', async () => {
    const { clock, availability } = await made();
    await availability.pause('resumed');
    await clock.turn(30 * 24 * HOUR);
    expect(availability.answer()).toMatchObject({ accepting: false, bound: 'paused', until: null, next: null });
    await availability.resume();
    expect(availability.answer()).toMatchObject({ accepting: true, bound: null });
  });

  it('is kept with its end over a restart, and gone if it ended meanwhile', async () => {
    const first = await made();
    await first.availability.pause('4h');
    const again = await made({ store: first.settings, at: NOON + HOUR });
    expect(again.availability.answer()).toMatchObject({ bound: 'paused', until: NOON + 4 * HOUR });
    const late = await made({ store: first.settings, at: NOON + 5 * HOUR });
    expect(late.availability.answer()).toMatchObject({ accepting: true });
    await late.clock.turn(0);
    expect(first.settings.get('availability.pause')).toBeNull();
  });

  it('does not come back when the clock is set back after its end', async () => {
    const { clock, availability, settings } = await made();
    await availability.pause('30m');
    await clock.turn(31 * MINUTE);
    const back = await made({ store: settings, at: NOON });
    expect(back.availability.answer().accepting).toBe(true);
  });

  it('takes the place of an earlier one', async () => {
    const { availability } = await made();
    await availability.pause('4h');
    await Promise.all([availability.pause('resumed'), availability.pause('30m')]);
    expect(availability.answer()).toMatchObject({ bound: 'paused', until: NOON + 30 * MINUTE });
  });

  it('holds also where it can’t be written, and says so', async () => {
    const { availability, settings } = await made();
    settings.fail(new Error('disk full'));
    await expect(availability.pause('1h')).rejects.toThrow('disk full');
    expect(availability.answer().accepting).toBe(false);
    settings.fail(undefined);
    await availability.resume();
    expect(availability.answer().accepting).toBe(true);
  });

  it('that another face set is taken over', async () => {
    const { availability, settings } = await made();
    await settings.set('availability.pause', { since: NOON, until: null, released: true });
    expect(availability.answer().bound).toBe('released');
    await settings.set('availability.pause', null);
    expect(availability.answer().bound).toBeNull();
  });
});

describe('resuming', () => {
  it('also switches sharing on, and leaves the week and the rules to bind', async () => {
    const { availability, settings } = await made({
      settings: { 'node.sharing': false, 'availability.grid': eights('l') },
    });
    await availability.pause('resumed');
    expect(availability.answer()).toMatchObject({ bound: 'switched-off', also: [{ code: 'paused' }] });
    await availability.resume();
    expect(settings.get('node.sharing')).toBe(true);
    expect(availability.answer()).toMatchObject({ accepting: true, level: 'low', slots: 1, bound: 'grid' });
  });
});

describe('the week', () => {
  it('opens and closes on time, and tells of it', async () => {
    const { clock, availability, told } = await made({ settings: { 'availability.grid': eights('f') } });
    expect(availability.answer()).toMatchObject({ accepting: true, level: 'full', next: { at: NOON + 5 * HOUR } });
    const before = told.answer;
    await clock.turn(5 * HOUR - 1);
    expect(told.answer).toBe(before);
    await clock.turn(1);
    expect(told.answer).toBe(before + 1);
    expect(availability.answer()).toMatchObject({ accepting: false, bound: 'grid', until: NOON + 20 * HOUR });
    await clock.turn(15 * HOUR);
    expect(availability.answer()).toMatchObject({ accepting: true, level: 'full' });
  });

  it('that is painted anew holds at once', async () => {
    const { availability, settings } = await made();
    await settings.set('availability.grid', eights('o'));
    expect(availability.answer()).toMatchObject({ accepting: false, bound: 'grid' });
    await settings.set('availability.grid', null);
    expect(availability.answer()).toMatchObject({ accepting: true, level: 'full' });
  });

  it('is told to networks as the windows of this day', async () => {
    const { availability } = await made({ settings: { 'availability.grid': eights('n') } });
    expect(availability.windows()).toEqual([
      { start: '00:00', end: '07:59', share: 0 },
      { start: '08:00', end: '16:59', share: 0.75 },
      { start: '17:00', end: '23:59', share: 0 },
    ]);
  });
});

describe('the answer', () => {
  it('is the same object until something changes: it is asked for thousands of times a second', async () => {
    const { clock, availability, settings } = await made({ settings: { 'availability.grid': eights('l') } });
    const first = availability.answer();
    await clock.turn(30_000);
    expect(availability.answer()).toBe(first);
    await settings.set('capacity.maxConcurrent', 8);
    expect(availability.answer()).toMatchObject({ slots: 2, most: 8 });
  });

  it('follows settings also before the start', async () => {
    const { availability, settings } = await made({ start: false });
    expect(availability.answer().accepting).toBe(true);
    await settings.set('node.sharing', false);
    expect(availability.answer()).toMatchObject({ accepting: false, bound: 'switched-off' });
  });

  it('follows a clock that is set back', async () => {
    let now = NOON;
    const settings = memorySettings({ 'availability.grid': eights('f') });
    const clock = new HandClock(NOON);
    clock.now = () => now;
    const availability = new Availability({
      clock,
      logger: silentLogger,
      settings,
      sensors: noSensors,
      use: { since: () => ({ in: 0, out: 0 }) },
    });
    expect(availability.answer().level).toBe('full');
    now = NOON - 6 * HOUR;
    expect(availability.answer().level).toBe('off');
  });

  it('is no for a node that drains, can’t record, or goes to sleep', async () => {
    const { availability } = await made();
    availability.suspend(true);
    expect(availability.answer().bound).toBe('suspended');
    availability.suspend(false);
    availability.block(true);
    expect(availability.answer().bound).toBe('storage');
    availability.block(false);
    expect(availability.answer().accepting).toBe(true);
    availability.drain();
    expect(availability.answer()).toMatchObject({ accepting: false, slots: 0, bound: 'draining' });
  });
});

describe('the rules', () => {
  const away = { 'availability.idle': { on: true, minutes: 10 } } as const;

  it('have been read before the start is over', async () => {
    const { availability, rule } = await made({
      sensors: { battery: setSensor(10_000, { onBattery: true, percent: 41 }) },
    });
    expect(availability.answer()).toMatchObject({
      accepting: false,
      bound: 'battery',
      why: { code: 'battery', args: { percent: 41 }, says: 'on battery, 41 %' },
    });
    expect(rule('battery')).toEqual({
      id: 'battery',
      on: true,
      state: 'stops',
      reading: { onBattery: true, percent: 41 },
      limit: { below: 100 },
      at: NOON,
      says: 'On battery, 41 %.',
    });
  });

  it('that are slow to read do not keep the node from starting', async () => {
    const battery = setSensor(10_000, { onBattery: false, percent: null });
    battery.hold = new Promise(() => {});
    const clock = new HandClock(NOON);
    const availability = new Availability({
      clock,
      logger: silentLogger,
      settings: memorySettings(),
      sensors: { ...noSensors, battery },
      use: { since: () => ({ in: 0, out: 0 }) },
    });
    let started = false;
    void availability.start().then(() => {
      started = true;
    });
    await clock.turn(999);
    expect(started).toBe(false);
    await clock.turn(1);
    expect(started).toBe(true);
    expect(availability.view().rules.find(({ id }) => id === 'battery')).toMatchObject({ state: 'waiting' });
    await availability.stop();
  });

  it('are read again at their sensor’s pace, and what they see is followed', async () => {
    const apps = setSensor<ReadonlySet<string>>(2000, new Set(['bash']));
    const { clock, availability, told } = await made({
      settings: { 'availability.apps': { on: true, names: ['factorio'], unload: true } },
      sensors: { apps },
    });
    expect([apps.count, availability.answer().accepting]).toEqual([1, true]);
    apps.now = { ok: true, value: new Set(['bash', 'factorio']) };
    const before = told.answer;
    await clock.turn(1999);
    expect(availability.answer().accepting).toBe(true);
    await clock.turn(1);
    expect(availability.answer()).toMatchObject({ bound: 'apps', why: { says: 'app: factorio' }, until: null });
    expect([apps.count, told.answer]).toEqual([2, before + 1]);
    apps.now = { ok: true, value: new Set(['bash']) };
    await clock.turn(2000);
    expect(availability.answer().accepting).toBe(true);
  });

  it('are not read while they are off, nor while something stronger holds, and at once when it is over', async () => {
    const battery = setSensor(10_000, { onBattery: false, percent: 80 });
    const idle = setSensor(5000, { seconds: 0 });
    const { clock, availability, settings } = await made({ sensors: { battery, idle } });
    await clock.turn(MINUTE);
    expect(idle.count).toBe(0);
    const held = async (what: () => unknown, end: () => unknown) => {
      await what();
      await clock.turn(15_000);
      const { count } = battery;
      await clock.turn(10 * MINUTE);
      expect(battery.count).toBe(count);
      await end();
      await clock.turn(0);
      expect(battery.count).toBe(count + 1);
    };
    await held(
      () => availability.pause('resumed'),
      () => availability.resume(),
    );
    await held(
      () => settings.set('node.sharing', false),
      () => settings.set('node.sharing', true),
    );
    await held(
      () => settings.set('availability.grid', eights('o')),
      () => settings.set('availability.grid', null),
    );
    await held(
      () => availability.suspend(true),
      () => availability.suspend(false),
    );
  });

  it('are read for somebody who looks, even while nothing depends on them', async () => {
    const battery = setSensor(10_000, { onBattery: false, percent: 80 });
    const { clock, availability, rule } = await made({ sensors: { battery } });
    await availability.pause('resumed');
    await clock.turn(MINUTE);
    battery.now = { ok: true, value: { onBattery: true, percent: 79 } };
    const { count } = battery;
    availability.freshen();
    await clock.turn(0);
    expect([battery.count, rule('battery').reading]).toEqual([count + 1, { onBattery: true, percent: 79 }]);
    availability.freshen();
    await clock.turn(1000);
    expect(battery.count).toBe(count + 1);
  });

  it('are shared in what they read only when it is another thing', async () => {
    const battery = setSensor(10_000, { onBattery: false, percent: 80 });
    const { clock, told } = await made({ sensors: { battery } });
    await clock.turn(1000);
    const before = { ...told };
    await clock.turn(50_000);
    expect([battery.count, told]).toEqual([6, before]);
    battery.now = { ok: true, value: { onBattery: false, percent: 79 } };
    await clock.turn(10_000);
    expect(told).toEqual({ answer: before.answer, view: before.view + 1 });
  });

  it('that can’t be read here say so, are off, and are tried again seldom', async () => {
    const idle = setSensor(5000, { seconds: 0 });
    idle.now = NOT_HERE;
    const { clock, availability, rule } = await made({ settings: away, sensors: { idle } });
    expect(availability.answer().accepting).toBe(true);
    expect(rule('idle')).toMatchObject({
      on: true,
      state: 'unreadable',
      reading: null,
      at: null,
      says: "Idle can't be read on this desktop.",
    });
    await clock.turn(4 * MINUTE);
    expect(idle.count).toBe(1);
    idle.now = { ok: true, value: { seconds: 5 } };
    await clock.turn(MINUTE);
    expect(rule('idle').state).toBe('stops');
  });

  it('say before they are chosen which of them can’t be read here, read once for all who ask at a time', async () => {
    const idle = setSensor(5000, { seconds: 0 });
    const gpuHeat = setSensor(10_000, { celsius: 40, sensor: 'card' });
    idle.now = NOT_HERE;
    gpuHeat.now = NO_ANSWER;
    const { availability } = await made({ sensors: { idle, gpuHeat } });
    const [one, other] = await Promise.all([availability.unreadable(), availability.unreadable()]);
    expect(one).toEqual(other);
    expect(one).toEqual(expect.arrayContaining(['idle', 'gpuHeat']));
    expect(one).not.toContain('dayData');
    expect([idle.count, gpuHeat.count]).toEqual([1, 1]);
    gpuHeat.now = { ok: true, value: { celsius: 40, sensor: 'card' } };
    expect(await availability.unreadable()).not.toContain('gpuHeat');
  });

  it('keep a reading for a minute when a sensor does not answer, and then let go', async () => {
    const idle = setSensor(5000, { seconds: 1 });
    const { clock, availability, rule } = await made({ settings: away, sensors: { idle } });
    expect(availability.answer().bound).toBe('idle');
    idle.now = NO_ANSWER;
    await clock.turn(59_000);
    expect([availability.answer().bound, rule('idle').at]).toEqual(['idle', NOON]);
    await clock.turn(31_000);
    expect([availability.answer().bound, rule('idle').state]).toEqual([null, 'unreadable']);
  });

  it('end a reading that takes too long', async () => {
    const idle = setSensor(5000, { seconds: 1 });
    const { clock, availability } = await made({ settings: away, sensors: { idle } });
    idle.hold = new Promise(() => {});
    // In use, so it is next looked at when it could be away, or half a minute later.
    await clock.turn(30_000);
    expect(idle.count).toBe(2);
    await clock.turn(3000);
    idle.hold = undefined;
    await clock.turn(30_000);
    expect(idle.count).toBe(3);
    expect(availability.answer().bound).toBe('idle');
  });

  it('look often for somebody who comes back, and seldom for somebody who is there', async () => {
    const idle = setSensor(5000, { seconds: 0 });
    const { clock } = await made({ settings: away, sensors: { idle } });
    await clock.turn(5 * MINUTE);
    expect(idle.count).toBe(1 + 10);
    idle.now = { ok: true, value: { seconds: 600 } };
    await clock.turn(30_000);
    const { count } = idle;
    await clock.turn(MINUTE);
    expect(idle.count).toBe(count + 12);
  });

  it('are judged afresh when their setting changes', async () => {
    const battery = setSensor(10_000, { onBattery: true, percent: 60 });
    const { clock, availability, settings, rule } = await made({ sensors: { battery } });
    battery.hold = new Promise(() => {});
    await settings.set('availability.battery', { on: true, below: 50 });
    expect([availability.answer().accepting, rule('battery').limit]).toEqual([true, { below: 50 }]);
    await settings.set('availability.battery', { on: true, below: 70 });
    expect([availability.answer().bound, rule('battery').limit]).toEqual(['battery', { below: 70 }]);
    battery.hold = undefined;
    await clock.turn(3000);
    await settings.set('availability.battery', { on: false, below: 100 });
    await clock.turn(0);
    expect([availability.answer().accepting, rule('battery').state]).toEqual([true, 'off']);
    const { count } = battery;
    await clock.turn(MINUTE);
    expect(battery.count).toBe(count);
  });

  it('are looked at at once when the desktop tells of something', async () => {
    const battery = setSensor(180_000, { onBattery: false, percent: 60 });
    const metered = setSensor(600_000, { metered: false });
    const { clock, availability } = await made({ sensors: { battery, metered } });
    battery.now = { ok: true, value: { onBattery: true, percent: 60 } };
    availability.look('battery');
    await clock.turn(0);
    expect([availability.answer().bound, battery.count, metered.count]).toEqual(['battery', 2, 1]);
    availability.look();
    await clock.turn(0);
    expect([battery.count, metered.count]).toEqual([3, 2]);
  });

  it('stop for data until the day or the month ends, with where the pace leads', async () => {
    let moved = 1e9;
    const { clock, availability, rule } = await made({
      settings: {
        'availability.dayData': { on: true, gigabytes: 2 },
        'availability.monthData': { on: true, gigabytes: 100, startsOn: 15 },
      },
      moved: () => moved,
    });
    const midnight = new Date(2026, 5, 4).getTime();
    expect(rule('dayData')).toMatchObject({
      state: 'allows',
      reading: { used: 1e9, forecast: 2e9, endsAt: midnight },
      limit: { bytes: 2e9 },
    });
    expect(rule('monthData').reading).toMatchObject({ endsAt: new Date(2026, 5, 15).getTime() });
    moved = 2e9;
    await clock.turn(10_000);
    expect(availability.answer()).toMatchObject({
      bound: 'dayData',
      why: { args: { used: 2e9, most: 2e9 } },
      until: midnight,
      next: { at: midnight, level: 'full' },
    });
    moved = 0;
    await clock.turn(12 * HOUR);
    expect(availability.answer().accepting).toBe(true);
  });

  it('show what the contract names, whatever they read', async () => {
    const { availability } = await made({
      settings: {
        ...away,
        'availability.apps': { on: true, names: ['a'], unload: true },
        'availability.cpuHeat': { on: true, most: 90 },
        'availability.gpuHeat': { on: true, most: 90 },
        'availability.dayData': { on: true, gigabytes: 2 },
        'availability.grid': eights('n'),
      },
      sensors: {
        idle: setSensor(1000, { seconds: 900 }),
        battery: setSensor(1000, { onBattery: false, percent: null }),
        metered: setSensor(1000, { metered: false }),
        fullscreen: setSensor<{ fullscreen: boolean; app: string | null }>(1000, { fullscreen: true, app: 'Doom' }),
        apps: setSensor<ReadonlySet<string>>(1000, new Set(['a'])),
        cpuHeat: setSensor(1000, { celsius: 50.4, sensor: 'coretemp' }),
        gpuHeat: setSensor(1000, { celsius: 91, sensor: 'amdgpu edge' }),
      },
    });
    const view = availability.view();
    expect(AvailabilityView.omit({ room: true, learned: true }).parse(view)).toEqual(view);
    expect(view.answer).toMatchObject({ bound: 'fullscreen', also: [{ code: 'apps' }, { code: 'gpuHeat' }] });
    expect(view.rules.map(({ state }) => state)).toEqual([
      'allows',
      'allows',
      'allows',
      'stops',
      'stops',
      'allows',
      'stops',
      'allows',
      'off',
    ]);
  });
});
