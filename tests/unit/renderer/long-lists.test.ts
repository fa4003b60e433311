import { describe, expect, it } from 'vitest';
import { createPages, type PageOf } from '../../../src-renderer/stores/pages.ts';

interface Row {
  readonly id: number;
}
const rows = (...ids: number[]): Row[] => ids.map((id) => ({ id }));

/** A list whose pages are answered by hand. */
function open() {
  const asked: { filter: string; before: number | undefined }[] = [];
  const waiting: PromiseWithResolvers<PageOf<Row>>[] = [];
  const failures: unknown[] = [];
  const pages = createPages<string, Row>({
    ask(filter, before) {
      asked.push({ filter, before });
      const answer = Promise.withResolvers<PageOf<Row>>();
      waiting.push(answer);
      return answer.promise;
    },
    keyOf: ({ id }) => id,
    onFailure: (error) => failures.push(error),
  });
  return {
    pages,
    asked,
    failures,
    state: () => pages.store.getState(),
    ids: () => pages.store.getState().items.map(({ id }) => id),
    newer: () => pages.store.getState().newer.map(({ id }) => id),
    async answer(next: number | null, ...ids: number[]) {
      waiting.shift()!.resolve({ items: rows(...ids), next });
      await settled();
    },
    async fail() {
      waiting.shift()!.reject(new Error('no'));
      await settled();
    },
  };
}

const settled = () => new Promise((later) => setImmediate(later));

describe('a long list', () => {
  it('is read page by page, one at a time, to its end', async () => {
    const list = open();
    list.pages.show('all');
    list.pages.more();
    await list.answer(8, 10, 9);
    list.pages.more();
    await list.answer(null, 7);
    list.pages.more();
    expect(list.ids()).toEqual([10, 9, 7]);
    expect(list.state()).toMatchObject({ complete: true, reading: false });
    expect(list.asked).toEqual([
      { filter: 'all', before: undefined },
      { filter: 'all', before: 8 },
    ]);
  });

  it('looks on by itself through pages in which nothing fits', async () => {
    const list = open();
    list.pages.show('rare');
    await list.answer(900);
    await list.answer(500);
    await list.answer(null, 4);
    expect(list.ids()).toEqual([4]);
    expect(list.asked.map(({ before }) => before)).toEqual([undefined, 900, 500]);
  });

  it('begins anew with another filter, and takes no late answer to the one before', async () => {
    const list = open();
    list.pages.show('a');
    list.pages.show('b');
    await list.answer(null, 1);
    expect(list.ids()).toEqual([]);
    await list.answer(null, 2);
    list.pages.show('b');
    expect(list.ids()).toEqual([2]);
    expect(list.asked).toHaveLength(2);
  });

  it('says what failed, and reads on from there when asked again', async () => {
    const list = open();
    list.pages.show('all');
    await list.answer(8, 10);
    list.pages.more();
    await list.fail();
    expect(list.state()).toMatchObject({ failed: true, reading: false });
    expect(list.failures).toHaveLength(1);
    list.pages.more();
    await list.answer(null, 7);
    expect(list.ids()).toEqual([10, 7]);
    expect(list.state().failed).toBe(false);
  });

  it('holds back what is newer until it is wanted, each once', async () => {
    const list = open();
    list.pages.show('all');
    await list.answer(null, 3, 2, 1);
    list.pages.refresh();
    await list.answer(null, 5, 4, 3, 2, 1);
    list.pages.refresh();
    await list.answer(null, 6, 5, 4, 3, 2, 1);
    expect([list.newer(), list.ids()]).toEqual([
      [6, 5, 4],
      [3, 2, 1],
    ]);
    list.pages.takeNewer();
    expect([list.newer(), list.ids()]).toEqual([[], [6, 5, 4, 3, 2, 1]]);
  });

  it('looks once more when something came while it looked', async () => {
    const list = open();
    list.pages.show('all');
    await list.answer(null, 1);
    list.pages.refresh();
    list.pages.refresh();
    list.pages.refresh();
    await list.answer(null, 2, 1);
    await list.answer(null, 3, 2, 1);
    expect(list.newer()).toEqual([3, 2]);
    expect(list.asked).toHaveLength(3);
  });

  it('begins anew where so much came that nothing connects any more', async () => {
    const list = open();
    list.pages.show('all');
    await list.answer(1, 3, 2);
    list.pages.refresh();
    await list.answer(800, 1000, 999);
    expect([list.newer(), list.ids()]).toEqual([[], [1000, 999]]);
    list.pages.more();
    expect(list.asked.at(-1)).toEqual({ filter: 'all', before: 800 });
  });
});
