import { beforeAll, describe, expect, it } from 'vitest';
import type { TaskView } from '../../../src-preload/contract/work.ts';
import { speak } from './speech.ts';
import { narrowRow } from './work-row.tsx';

const task = {
  id: 7,
  network: 'iicp',
  what: 'urn:iicp:intent:llm:chat:v1',
  state: 'failed',
  startedAt: 0,
  finishedAt: 1,
  earnedMicro: 43_000,
  unit: 'credit',
  inference: { model: 'llama3.1:8b', tokensIn: 1, tokensOut: 2, sealed: true },
} as unknown as TaskView;

/** Of a window of 320 px: what is left beside the edges of page and card. */
const ROOM_REM = 15.5;
const GAP_REM = 0.75;
const PADDING_REM = 1;

describe('a finished task at 320 px', () => {
  beforeAll(async () => void (await speak('en')));

  it('says its kind and model, how it ended and what it brought', () => {
    const { markup } = narrowRow(task);
    for (const word of ['Chat', 'llama3.1:8b', 'Failed', '0.043']) expect(markup).toContain(word);
  });

  it('leaves its kind room to be read', () => {
    const { fixedRem, count } = narrowRow(task);
    expect(ROOM_REM - fixedRem - (count - 1) * GAP_REM - PADDING_REM).toBeGreaterThan(5);
  });
});
