import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Slices } from '../../../src-main/shell/follow.ts';
import { sentenceOf, type TrayRow, trayMenu } from '../../../src-main/shell/tray/menu.ts';
import { SIGNS, shapeOf } from '../../../src-main/shell/tray/shape.ts';
import { wordsFor } from '../../../src-main/shell/words/words.ts';
import { NodeState } from '../../../src-preload/contract/node.ts';
import { switchOf } from '../../../src-renderer/sentence.ts';
import { payloads } from '../faces/support.ts';

const NOW = 1_750_000_000_000;
const NOTHING = {
  today: { received: null, onItsWay: [], failed: [] },
  total: { received: null, onItsWay: [], failed: [] },
};
const READY = { code: 'ready', values: {}, until: null, endsAt: null, because: null };
const en = wordsFor('en', []);
const base = {
  node: { ...payloads['node.changed'].value, state: 'ready', headline: READY, reason: null },
  availability: {
    ...payloads['availability.changed'].value,
    pause: null,
    answer: { ...payloads['availability.changed'].value.answer, accepting: true, bound: null, why: null },
  },
  networks: payloads['networks.changed'].value,
  earnings: { ...payloads['earnings.changed'].value, today: [], standing: NOTHING },
  settings: [],
  desktop: null,
} satisfies Slices as Slices;
const node = (changes: object) => ({ ...base, node: { ...base.node!, ...changes } }) as Slices;
const availability = (changes: object) => ({ ...base, availability: { ...base.availability!, ...changes } }) as Slices;

/** A menu as a person would read it. */
function read(rows: readonly TrayRow[]): string[] {
  return rows.map((row) => {
    if (row.kind === 'line') return '-';
    const mark = row.checked === undefined ? '' : row.checked ? '[x] ' : '[ ] ';
    return `${row.enabled ? '' : '('}${mark}${row.label}${row.below ? ' >' : ''}${row.enabled ? '' : ')'}`;
  });
}
const shown = (slices: Slices) => read(trayMenu(slices, en, NOW));

describe('the tray’s menu', () => {
  it('begins with the state and ends with the end', () => {
    expect(shown(base)).toEqual([
      '● Ready, waiting for tasks',
      '-',
      '[x] Sharing',
      'Pause for >',
      '(Finish current work, then pause)',
      'Give me my PC back',
      '-',
      '[ ] Quiet mode',
      'Open Hearth…',
      'Copy address (node)',
      'Diagnostics >',
      '-',
      'Quit (stops sharing)',
    ]);
  });

  it('says what works and what today brought', () => {
    const values = { working: 2, slots: 4 };
    const working = node({ state: 'working', headline: { ...READY, code: 'working', values }, working: 2 });
    const today = [{ network: 'iicp', unit: 'sat', amountMicro: 38e6, entries: 4 }];
    const coming = [{ network: 'iicp', unit: 'sat', amountMicro: 5e6, entries: 1 }];
    const standing = (parts: object) => ({
      today: { received: null, onItsWay: [], failed: [], ...parts },
      total: { received: null, onItsWay: [], failed: [] },
    });
    const rows = shown({ ...working, earnings: { ...base.earnings!, standing: standing({ received: today }) } });
    expect(rows[0]).toBe('◉ Working on 2 of 4 tasks · 38 sat today');
    const both = { ...base.earnings!, standing: standing({ received: today, onItsWay: coming }) };
    expect(shown({ ...working, earnings: both })[0]).toBe(
      '◉ Working on 2 of 4 tasks · 38 sat today · 5 sat on its way',
    );
    expect(rows).toContain('Finish current work, then pause');
  });

  it.each([
    ['switched off', node({ sharing: false })],
    ['paused', availability({ pause: { since: NOW, until: NOW + 1, released: false } })],
  ])('offers to resume where it is %s', (_how, slices) => {
    const rows = shown(slices);
    expect(rows).toContain('[ ] Sharing');
    expect(rows).toContain('Resume sharing');
    expect(rows).not.toContain('(Finish current work, then pause)');
  });

  it.each([
    ['the first run, where that is not over', '#/setup', { practice: false }, false],
    ['the networks, where it is', '#/network', { practice: false }, true],
    ['the networks, in practice', '#/network', { practice: true }, false],
  ])('ticks nothing while no network is joined, and leads to %s', (_where, place, changes, value) => {
    const setUp = [{ path: 'setup.done', value }] as Slices['settings'] & object;
    const slices = { ...node({ state: 'off', ...changes }), settings: setUp };
    const row = trayMenu(slices, en, NOW).find((each) => each.kind === 'row' && each.label === 'Sharing');
    expect(row).toMatchObject({ checked: false, enabled: true, deed: { kind: 'open', place } });
    expect(shown(slices)).not.toContain('Resume sharing');
  });

  it('ticks Sharing exactly where the window’s switch is on, in every state', () => {
    for (const state of NodeState.options) {
      for (const pause of [null, { since: NOW, until: null, released: false }]) {
        const slices = { ...node({ state }), availability: { ...base.availability!, pause } };
        const { on } = switchOf(slices.node!, slices.availability);
        expect(shown(slices)).toContain(`[${on ? 'x' : ' '}] Sharing`);
      }
    }
  });

  it('changes nothing any more while the node stops', () => {
    const answer = { ...base.availability!.answer, bound: 'draining' };
    expect(shown(availability({ answer }))).toEqual([
      '● Ready, waiting for tasks',
      '-',
      '([x] Sharing)',
      '(Pause for >)',
      '(Finish current work, then pause)',
      '(Give me my PC back)',
      '-',
      '([ ] Quiet mode)',
      'Open Hearth…',
      'Copy address (node)',
      'Diagnostics >',
      '-',
      'Quit (stops sharing)',
    ]);
  });

  it('has no more than the way in and out before the engine has spoken', () => {
    expect(shown({})).toEqual(['‖ Starting', '-', 'Open Hearth…', '-', 'Quit (stops sharing)']);
  });

  it('copies the address of a network that is joined, and of no other', () => {
    const view = payloads['networks.changed'].value[0]!;
    const nodeId = '0123456789abcdef0123456789abcdef';
    const other = 'fedcba9876543210fedcba9876543210';
    const joined = { ...view, enabled: true, nodeId };
    const copies = (networks: Slices['networks']) =>
      trayMenu({ ...base, networks }, en, NOW).filter((row) => row.kind === 'row' && row.deed?.kind === 'copy');
    expect(copies([joined])).toMatchObject([
      { label: 'Copy address (01234567…cdef)', deed: { kind: 'copy', text: nodeId } },
    ]);
    expect(copies([{ ...joined, enabled: false }])).toEqual([]);
    const below = trayMenu({ ...base, networks: [joined, { ...joined, nodeId: other }] }, en, NOW).flatMap((row) =>
      row.kind === 'row' && row.label === 'Diagnostics' ? (row.below ?? []) : [],
    );
    expect(below).toMatchObject([
      { label: 'Test reachability', deed: { kind: 'test-reachability' } },
      { label: 'Copy report', deed: { kind: 'copy-report' } },
      { deed: { kind: 'copy', text: other } },
    ]);
  });

  it('has a switch for quiet mode that is where the node has it', () => {
    expect(shown(availability({ quiet: true }))).toContain('[x] Quiet mode');
    const deed = (quiet: boolean) =>
      trayMenu(availability({ quiet }), en, NOW).flatMap((row) =>
        row.kind === 'row' && row.label === 'Quiet mode' ? row.deed : [],
      );
    expect([...deed(true), ...deed(false)]).toEqual([
      { kind: 'quiet', on: false },
      { kind: 'quiet', on: true },
    ]);
  });

  it('lists the pauses of the contract in its order', () => {
    const pause = trayMenu(base, en, NOW).find((row) => row.kind === 'row' && row.below !== undefined);
    expect(pause?.kind === 'row' && pause.below?.map((row) => row.kind === 'row' && row.deed)).toEqual([
      { kind: 'pause', for: '30m' },
      { kind: 'pause', for: '1h' },
      { kind: 'pause', for: '4h' },
      { kind: 'pause', for: 'tomorrow' },
      { kind: 'pause', for: 'resumed' },
    ]);
  });

  it('shows the keys that give the computer back', () => {
    const setting = {
      path: 'desktop.releaseKeys',
      value: 'Ctrl+Alt+P',
      initial: '',
      isSet: true,
      secret: false,
      about: '',
    };
    const rows = trayMenu({ ...base, settings: [setting] as Slices['settings'] & object }, en, NOW);
    expect(rows.flatMap((row) => (row.kind === 'row' && row.keys ? [row.keys] : []))).toEqual(['Ctrl+Alt+P']);
  });

  it('tells of a newer version and leads to where it is installed', () => {
    const desktop = payloads['desktop.changed'].value!;
    const row = trayMenu({ ...base, desktop }, en, NOW).find(
      (each) => each.kind === 'row' && /0\.2\.0/.test(each.label),
    );
    expect(row).toMatchObject({
      label: 'Version 0.2.0 is there…',
      deed: { kind: 'open', place: '#/settings/updates' },
    });
    const idle = { ...desktop, updates: { ...desktop.updates, state: 'idle' as const } };
    expect(shown({ ...base, desktop: idle }).join()).not.toContain('0.2.0');
  });

  it('never has more than twelve rows, and no text in them breaks a line', () => {
    const state = fc.constantFrom(...NodeState.options);
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constant(`a\n${'\u202E'.repeat(3)}b`));
    const pause = fc.constantFrom(null, { since: 1, until: null, released: true });
    fc.assert(
      fc.property(state, text, text, text, fc.boolean(), pause, (which, sentence, unit, nodeId, sharing, paused) => {
        const desktop = payloads['desktop.changed'].value!;
        const rows = trayMenu(
          {
            ...node({ state: which, headline: { ...READY, code: 'joining', values: { network: sentence } }, sharing }),
            availability: { ...base.availability!, pause: paused },
            networks: Array.from({ length: 3 }, () => ({
              ...payloads['networks.changed'].value[0]!,
              enabled: true,
              nodeId,
            })),
            earnings: {
              ...base.earnings!,
              standing: {
                ...base.earnings!.standing!,
                today: {
                  received: [{ network: 'x', unit, amountMicro: 1, entries: 1 }],
                  onItsWay: [{ network: 'x', unit, amountMicro: 1, entries: 1 }],
                  failed: [],
                },
              },
            },
            desktop: { ...desktop, updates: { ...desktop.updates, version: sentence } },
          },
          en,
          NOW,
        );
        expect(rows.filter(({ kind }) => kind === 'row').length).toBeLessThanOrEqual(12);
        for (const row of rows) if (row.kind === 'row') expect(row.label).not.toMatch(/[\p{Cc}\u202A-\u202E]/u);
      }),
    );
  });
});

describe('the tray’s icon', () => {
  it('has a shape for each state, and a sign for each shape', () => {
    const shapes = NodeState.options.map((state) => shapeOf(state));
    expect(shapes).toEqual(['bars', 'bars', 'solid', 'dot', 'bars', 'dot', 'solid', 'triangle']);
    expect(new Set(Object.values(SIGNS)).size).toBe(4);
    expect(shapeOf(undefined)).toBe('bars');
  });

  it('is explained by the state’s own sentence', () => {
    expect(sentenceOf(base, en, NOW)).toBe('Ready, waiting for tasks');
    expect(sentenceOf({}, en, NOW)).toBe('Starting');
  });
});
