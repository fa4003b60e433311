import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { MemoryPressure } from '../../../src-main/engine/memory-pressure.ts';
import type { Bound } from '../../../src-preload/contract/availability.ts';
import type { SettingPath, SettingValue } from '../../../src-preload/contract/settings/index.ts';
import { HandClock } from '../../support/clock.ts';
import { memorySettings } from '../availability/support.ts';
import { answers } from '../faces/support.ts';

const { answer: shape } = answers['availability.get'].value;
const ROOM = { tasksFinished: 0, tasksReturned: 0, jobsHandedBack: 0, unloaded: [], kept: [], vram: null, tookMs: 7 };
const apps = { on: true, names: ['factorio'], unload: true };

function made(given: Partial<{ [P in SettingPath]: SettingValue<P> }> = {}, ...first: Bound[]) {
  const clock = new HandClock();
  const work = { tasks: 0 };
  let codes: readonly Bound[] = first;
  const rooms: number[] = [];
  const kept: string[] = [];
  let told = 0;
  const memoryPressure = new MemoryPressure({
    clock,
    logger: silentLogger,
    settings: memorySettings(given),
    availability: {
      answer: () => {
        const [why = null, ...also] = codes.map((code) => ({ code, args: {}, says: code }));
        return { ...shape, accepting: why === null, bound: why?.code ?? null, why, also };
      },
    },
    work,
    release: {
      makeRoom: async (finishMs) => {
        rooms.push(finishMs);
        return ROOM;
      },
      keep: (backend, model) => kept.push(`${backend} ${model}`),
    },
    changed: () => {
      told += 1;
    },
  });
  const stops = (...by: Bound[]) => {
    codes = by;
    memoryPressure.look();
  };
  memoryPressure.look();
  return { clock, memoryPressure, rooms, kept, work, stops, told: () => told };
}

describe('making room for whoever comes', () => {
  it.each([
    ['a program of the list', ['apps'], 5000],
    ['an app that fills the screen', ['fullscreen'], 5000],
    ['a pause by hand', ['paused'], 0],
    ['the switch', ['switched-off'], 0],
    ['a program behind another rule', ['battery', 'apps'], 5000],
  ] as const)('happens once for %s', (_what, codes, finishMs) => {
    const { rooms, stops } = made();
    stops(...codes);
    stops(...codes, 'metered');
    expect(rooms).toEqual([finishMs]);
    stops();
    stops(...codes);
    expect(rooms).toEqual([finishMs, finishMs]);
  });

  it.each(['released', 'grid', 'battery', 'idle', 'metered', 'trial', 'draining', 'storage'] as const)(
    'is nothing that %s asks for',
    (code) => {
      const { rooms, stops } = made();
      stops(code);
      expect(rooms).toEqual([]);
    },
  );

  it('is not made any more once a model was loaded by hand meanwhile', () => {
    const { memoryPressure, rooms, kept, work, stops } = made();
    work.tasks = 1;
    stops('switched-off');
    memoryPressure.loading('ollama', 'llama3.2:3b');
    work.tasks = 0;
    memoryPressure.look();
    expect(rooms).toEqual([]);
    expect(kept).toEqual(['ollama llama3.2:3b']);
    stops();
    stops('switched-off');
    expect(rooms).toEqual([0]);
  });

  it('waits at a pause by hand until the last task has ended, and for nothing once that pause is over', () => {
    const { rooms, stops, work, memoryPressure } = made();
    work.tasks = 2;
    stops('paused');
    work.tasks = 1;
    memoryPressure.look();
    expect(rooms).toEqual([]);
    work.tasks = 0;
    memoryPressure.look();
    memoryPressure.look();
    expect(rooms).toEqual([0]);
    stops();
    work.tasks = 1;
    stops('paused');
    stops();
    work.tasks = 0;
    memoryPressure.look();
    expect(rooms).toEqual([0]);
  });

  it('leaves alone what was loaded during a pause that the node starts with', () => {
    const { rooms, stops } = made({}, 'paused');
    stops('paused', 'battery');
    expect(rooms).toEqual([]);
    stops();
    stops('paused');
    expect(rooms).toEqual([0]);
  });

  it('happens once where one pause takes the place of another', () => {
    const { rooms, stops } = made();
    stops('paused');
    stops('switched-off', 'paused');
    stops('released');
    stops('paused');
    expect(rooms).toEqual([0]);
  });

  it('does not happen where models are to stay', () => {
    const { rooms, stops } = made({ 'availability.unload': false });
    stops('paused');
    stops('fullscreen');
    expect(rooms).toEqual([]);
    stops('apps');
    expect(rooms).toEqual([5000]);
    const staying = made({ 'availability.apps': { ...apps, unload: false } });
    staying.stops('apps');
    expect(staying.rooms).toEqual([]);
    staying.stops('apps', 'fullscreen');
    expect(staying.rooms).toEqual([5000]);
  });

  it('is shown with its cause and its time', async () => {
    const { clock, memoryPressure, stops, told } = made();
    expect(memoryPressure.room).toBeNull();
    stops('fullscreen');
    await clock.turn(0);
    expect(memoryPressure.room).toEqual({ ...ROOM, at: clock.now(), cause: 'fullscreen' });
    expect(told()).toBe(1);
  });
});
