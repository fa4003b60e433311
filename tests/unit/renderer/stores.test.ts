import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BridgeError, lostFailure, malformed } from '../../../src-renderer/bridge/failure.ts';
import { alertsStore, dismissAlert, reportFailure } from '../../../src-renderer/stores/alerts.ts';
import { createLiveStore } from '../../../src-renderer/stores/live.ts';

const slice = (boot: string, revision: number) => ({ boot, revision, value: `${boot}${revision}` });

describe('a store of one noun', () => {
  function held(...slices: ReturnType<typeof slice>[]) {
    const store = createLiveStore<string>();
    for (const next of slices) store.getState().accept(next);
    return store.getState().live?.value;
  }

  it('is empty until something comes', () => {
    expect(held()).toBeUndefined();
  });

  it('drops what is older, of the same run', () => {
    expect(held(slice('a', 5), slice('a', 4))).toBe('a5');
    expect(held(slice('a', 5), slice('a', 6))).toBe('a6');
  });

  it('takes whatever another run says, however low its count', () => {
    expect(held(slice('a', 500), slice('b', 0))).toBe('b0');
  });

  it('holds the highest revision of a run, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 1000 }), { minLength: 1 }), (revisions) => {
        expect(held(...revisions.map((revision) => slice('a', revision)))).toBe(`a${Math.max(...revisions)}`);
      }),
    );
  });

  it('tells nobody of a slice it drops', () => {
    const store = createLiveStore<string>();
    const seen: unknown[] = [];
    store.subscribe(({ live }) => seen.push(live?.revision));
    for (const revision of [1, 3, 2, 3, 4]) store.getState().accept(slice('a', revision));
    expect(new Set(seen)).toEqual(new Set([1, 3, 4]));
  });
});

describe('failures to be told', () => {
  afterEach(() => alertsStore.setState({ alerts: [] }));
  const codes = () => alertsStore.getState().alerts.map(({ code }) => code);
  const failure = (code: string) =>
    new BridgeError({ code, category: 'unavailable', message: `About ${code}.`, details: {} });

  it('are kept once each, the three newest, until dismissed', () => {
    for (const code of ['a', 'b', 'b', 'c', 'd']) reportFailure(failure(code));
    expect(codes()).toEqual(['b', 'c', 'd']);
    dismissAlert('c');
    expect(codes()).toEqual(['b', 'd']);
  });

  it('include what nobody foresaw and what could not be understood', () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
    reportFailure('a string');
    reportFailure(malformed('node.changed'));
    expect(codes()).toEqual(['bridge.unexpected', 'bridge.malformed']);
    expect(printed).toHaveBeenCalledTimes(2);
    printed.mockRestore();
  });

  it('leave out a lost connection, which the page shows in its own place', () => {
    reportFailure(new BridgeError(lostFailure()));
    expect(codes()).toEqual([]);
  });
});
