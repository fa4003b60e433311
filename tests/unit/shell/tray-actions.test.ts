import { describe, expect, it } from 'vitest';
import type { TrayDeed } from '../../../src-main/shell/tray/menu.ts';
import { createTrayActions, releasedNotice } from '../../../src-main/shell/tray-actions.ts';
import type { Notice } from '../../../src-main/shell/words/words.ts';
import { wordsFor } from '../../../src-main/shell/words/words.ts';
import type { Reply } from '../../../src-preload/contract/failure.ts';
import { answers } from '../faces/support.ts';

const en = wordsFor('en', []);

function trayActions(reply: (name: unknown) => Reply, seen = false) {
  const asked: unknown[] = [];
  const told: Notice[] = [];
  const done: string[] = [];
  const act = createTrayActions({
    dispatch: () => async (name, input) => {
      asked.push([name, input]);
      return reply(name);
    },
    words: () => en,
    open: (place) => void done.push(`open ${place}`),
    quit: () => void done.push('quit'),
    copy: (text) => void done.push(`copied ${text}`),
    tell: (notice) => void told.push(notice),
    seen: () => seen,
  });
  return { asked, told, done, act };
}

describe('a row of the tray’s menu', () => {
  it.each([
    [{ kind: 'share', on: false }, ['node.pause', undefined]],
    [{ kind: 'share', on: true }, ['node.resume', undefined]],
    [{ kind: 'pause', for: 'tomorrow' }, ['availability.pause', { for: 'tomorrow' }]],
    [{ kind: 'release' }, ['availability.release', undefined]],
    [{ kind: 'quiet', on: true }, ['settings.set', { path: 'availability.quiet', value: true }]],
    [{ kind: 'test-reachability' }, ['reachability.test', undefined]],
  ] as const)('%j asks what the window would ask', (deed, question) => {
    const { asked, act } = trayActions(() => ({ ok: true, value: undefined }));
    act(deed as TrayDeed);
    expect(asked).toEqual([question]);
  });

  it('opens and ends by itself', () => {
    const { asked, done, act } = trayActions(() => ({ ok: true, value: undefined }));
    act({ kind: 'open', place: '#/settings/updates' });
    act({ kind: 'quit' });
    expect([asked, done]).toEqual([[], ['open #/settings/updates', 'quit']]);
  });

  it('copies the address as it is, and a report that was asked for without addresses', async () => {
    const report = { parts: [{ fileName: 'about.json', text: '{}' }] };
    const { asked, done, told, act } = trayActions(() => ({ ok: true, value: report }));
    act({ kind: 'copy', text: 'node-1' });
    act({ kind: 'copy-report' });
    await expect.poll(() => told).toEqual([en.notices.copied]);
    expect(asked).toEqual([['diagnostics.get', { addresses: false }]]);
    expect(done).toEqual(['copied node-1', 'copied == about.json\n{}\n']);
  });

  it('says what was refused', async () => {
    const failure = { code: 'storage.write-failed', category: 'unavailable' as const, message: 'Full.', details: {} };
    const { told, act } = trayActions(() => ({ ok: false, failure }));
    act({ kind: 'share', on: false });
    await new Promise(setImmediate);
    expect(told).toEqual([{ title: 'Hearth', body: 'Full.' }]);
  });

  it('tells what giving the computer back has done, unless somebody looks anyway', async () => {
    for (const seen of [false, true]) {
      const { told, act } = trayActions(() => ({ ok: true, value: answers['availability.release'] }), seen);
      act({ kind: 'release' });
      await new Promise(setImmediate);
      expect(told).toHaveLength(seen ? 0 : 1);
    }
  });
});

describe('what was given back', () => {
  const released = { ...answers['availability.release'], kept: [], leases: [], tookMs: 2140 };

  it('is told with its measure', () => {
    const vram = { freeBytes: 8e9, freedBytes: 7.94e9, totalBytes: 12e9 };
    expect(releasedNotice({ ...released, vram }, en)).toEqual({
      title: 'Your computer is yours',
      body: '1 model taken out of memory, 7.9 GB of VRAM free again, 2.1 s',
    });
    expect(releasedNotice({ ...released, vram: null, unloaded: [] }, en).body).toBe(
      '0 models taken out of memory, 2.1 s',
    );
  });

  it('says what goes on because it is paid for, and what ending it would cost', () => {
    const lease = { id: 1, network: 'leases', what: 'box', paidUntil: 1 };
    const refund = { amountMicro: 156_000_000, unit: 'sat' };
    const leases = [
      { ...lease, refund },
      { ...lease, refund },
      { ...lease, refund: null },
    ];
    expect(releasedNotice({ ...released, leases, vram: null, unloaded: [] }, en).body).toBe(
      '0 models taken out of memory, 2.1 s, 3 leases go on, ending them would give back 312 sat',
    );
    const unknown = [{ ...lease, refund: null }];
    expect(releasedNotice({ ...released, leases: unknown, vram: null, unloaded: [] }, en).body).toBe(
      '0 models taken out of memory, 2.1 s, 1 lease goes on',
    );
  });

  it('is not claimed where something stayed', () => {
    const { kept } = answers['availability.release'];
    const notice = releasedNotice({ ...released, kept, vram: null }, en);
    expect(notice.title).toBe('Not everything could be given back');
    expect(notice.body).toMatch(/^qwen3: A sentence\. 1 model/);
  });
});
