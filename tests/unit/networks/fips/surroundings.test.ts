// When a computer counts as away, and when as moved to another network.
import type { NetworkInterfaceInfo } from 'node:os';
import { expect, it } from 'vitest';
import { Surroundings } from '../../../../src-main/networks/fips/surroundings.ts';

const OWN = 'fd85:db7e:8adc:76eb:9205:c2d6:b0d1:12c3';
const card = (address: string, internal = false) => ({ address, internal }) as NetworkInterfaceInfo;
const home = [card('127.0.0.1', true), card('192.168.178.20')];

/** `turn` is one look, so much later; `asleep`: of it, what the monotonic clock did not see. */
function computer(cards: readonly NetworkInterfaceInfo[] = home) {
  let [wall, monotonic, held, reads] = [1_000_000, 0, cards, 0];
  const surroundings = new Surroundings({
    clock: { now: () => wall, monotonic: () => monotonic },
    interfaces: () => {
      reads += 1;
      return { eth0: [...held] };
    },
    own: OWN,
  });
  return {
    turn(ms: number, { asleep = 0, now = held } = {}) {
      wall += ms;
      monotonic += ms - asleep;
      held = now;
      return surroundings.look();
    },
    reads: () => reads,
  };
}

it.each<[string, number, number, string | undefined]>([
  ['a second', 1000, 0, undefined],
  ['a busy moment', 14_000, 0, undefined],
  ['a sleep that the monotonic clock has seen', 3_600_000, 0, 'woke'],
  ['a sleep that it has not seen', 3_600_000, 3_600_000, 'woke'],
])('%s', (_, ms, asleep, expected) => {
  const { turn } = computer();
  expect([turn(ms, { asleep }), turn(1000)]).toEqual([expected, undefined]);
});

it.each<[string, readonly NetworkInterfaceInfo[], string | undefined]>([
  ['another address', [card('10.1.2.3')], 'moved'],
  ['one more', [...home, card('2001:db8::7')], 'moved'],
  ['none any more', [], 'moved'],
  ['the same in another order', [...home].reverse(), undefined],
  ['a link-local one more', [...home, card('fe80::1'), card('169.254.1.1')], undefined],
  ['a device of the mesh', [...home, card(OWN)], undefined],
])('%s', (_, now, expected) => {
  const { turn } = computer();
  expect([turn(5000, { now }), turn(5000)]).toEqual([expected, undefined]);
});

it('has woken, not moved, where it wakes in another network', () => {
  const { turn } = computer();
  const now = [card('10.1.2.3')];
  expect([turn(60_000, { now }), turn(5000)]).toEqual(['woke', undefined]);
});

it('asks for the addresses once in five seconds', () => {
  const { turn, reads } = computer();
  for (let second = 0; second < 50; second += 1) turn(1000);
  expect(reads()).toBe(11);
});
