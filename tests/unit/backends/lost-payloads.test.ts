import { describe, expect, it } from 'vitest';
import { LOST } from '../../../src-main/backends/bounds.ts';
import { filterPayload } from '../../../src-main/backends/inference/filter.ts';
import { LostPayloads, type Sent } from '../../../src-main/backends/lost-payloads.ts';
import { HandClock } from '../../support/clock.ts';

type Asked = readonly [task: 'llm:chat', model: string, sent: Sent];

/** As the filter gives it to a server; `large` ones come as text that was made elsewhere. */
function sent(content: string, { model = 'a:1b', maxTokens = 100, large = false } = {}): Asked {
  const filtered = filterPayload('llm:chat', { messages: [{ role: 'user', content }] }, { model, maxTokens });
  if (!filtered.ok) throw new Error(filtered.message);
  const { payload } = filtered;
  if (!large) return ['llm:chat', model, { payload }];
  const text = {
    encoded: Buffer.from(JSON.stringify(payload)),
    get payload(): never {
      throw new Error('a large payload was parsed anew');
    },
  };
  return ['llm:chat', model, text];
}

describe('payloads that a model server was lost over', () => {
  it('are known again, whatever the next server calls the model and the user lets it say', () => {
    const lost = new LostPayloads({ clock: new HandClock() });
    expect(lost.has(...sent('poison'))).toBe(false);
    lost.remember(...sent('poison'));
    expect([
      lost.has(...sent('poison')),
      lost.has(...sent('poison', { model: 'a:latest', maxTokens: 7 })),
      lost.has(...sent('poison', { large: true, model: 'other' })),
      lost.has(...sent('potion')),
      lost.has('llm:completion', 'a:1b', sent('poison')[2]),
    ]).toEqual([true, true, true, false, false]);
  });

  it('are known again where they came as text', () => {
    const lost = new LostPayloads({ clock: new HandClock() });
    lost.remember(...sent('poison', { large: true }));
    expect([
      lost.has(...sent('poison', { large: true, model: 'b' })),
      lost.has(...sent('potion', { large: true })),
    ]).toEqual([true, false]);
  });

  it('are tried again after a while, counted from the last loss', async () => {
    const clock = new HandClock();
    const lost = new LostPayloads({ clock });
    lost.remember(...sent('poison'));
    await clock.turn(LOST.keepMs - 1);
    expect(lost.has(...sent('poison'))).toBe(true);
    lost.remember(...sent('poison'));
    await clock.turn(LOST.keepMs - 1);
    expect(lost.has(...sent('poison'))).toBe(true);
    await clock.turn(1);
    expect(lost.has(...sent('poison'))).toBe(false);
  });

  it('are so many and no more, the oldest giving way', () => {
    const lost = new LostPayloads({ clock: new HandClock() });
    for (let each = 0; each <= LOST.most; each++) lost.remember(...sent(`poison ${each}`));
    expect([0, 1, LOST.most].map((each) => lost.has(...sent(`poison ${each}`)))).toEqual([false, true, true]);
  });
});
