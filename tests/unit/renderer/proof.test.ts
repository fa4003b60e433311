// What a page and a terminal say was done, when the computer was given back.
import { describe, expect, it } from 'vitest';
import { releaseLines } from '../../../src-main/command/share.ts';
import type { ReleaseView } from '../../../src-preload/contract/availability.ts';
import { proofOf } from '../../../src-renderer/pages/availability/proof.ts';
import { speak } from './speech.ts';

const NOON = new Date(2026, 10, 21, 12, 0).getTime();
const nothing: ReleaseView = {
  stoppedMs: 3,
  tasksFinished: 0,
  tasksReturned: 0,
  jobsHandedBack: 0,
  leases: [],
  unloaded: [],
  kept: [],
  vram: null,
  tookMs: 40,
};
const lease = (id: number) => ({ id, network: 'n', what: 'box', paidUntil: NOON + 3_600_000 * id, refund: null });
const speech = async (code: 'en' | 'de') => ({
  ...(await speak(code)),
  say: (reason: { code: string; message: string }) => reason,
});
const plain = (texts: readonly string[]) => texts.map((text) => text.replace(/[\u2068\u2069]/g, ''));
const shown = async (done: Parameters<typeof proofOf>[0], code: 'en' | 'de' = 'en') =>
  plain(proofOf(done, NOON, await speech(code)));

describe('what was done', () => {
  it('is nothing only where neither a task nor a job ran', async () => {
    expect(await shown(nothing)).toContain('Nothing was running.');
    expect(await shown({ ...nothing, jobsHandedBack: 1 })).not.toContain('Nothing was running.');
  });

  it('counts tasks and jobs apart, and says until when leases run on', async () => {
    const done = { ...nothing, tasksFinished: 2, tasksReturned: 1, jobsHandedBack: 3, leases: [lease(1), lease(2)] };
    expect((await shown(done)).slice(1, 6)).toEqual([
      '2 tasks finished.',
      '1 task sent back.',
      '3 jobs handed back to their networks.',
      'box is leased until 13:00 and runs on: it is paid for.',
      'box is leased until 14:00 and runs on: it is paid for.',
    ]);
    expect(await shown(done, 'de')).toContain('3 Aufträge an ihre Netzwerke zurückgegeben.');
    expect(releaseLines(done)).toEqual(
      expect.arrayContaining(['Jobs: 3 handed back to their networks.', 'Leases: 2 run on, for they are paid for.']),
    );
  });

  it('names a few leases and counts the rest', async () => {
    const leases = Array.from({ length: 9 }, (_, index) => lease(index + 1));
    const lines = await shown({ ...nothing, leases });
    expect(lines.filter((line) => line.startsWith('box is leased'))).toHaveLength(4);
    expect(lines).toContain('and 5 more');
  });

  it('says it of memory that was freed without a pause, too', async () => {
    const { stoppedMs: _, leases: __, ...room } = { ...nothing, jobsHandedBack: 1 };
    expect((await shown(room))[0]).toBe('1 job handed back to its network.');
  });
});
