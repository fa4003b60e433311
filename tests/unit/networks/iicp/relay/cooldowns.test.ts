// Which relays are asked once some have failed.
import { expect, it } from 'vitest';
import { RelayCooldowns } from '../../../../../src-main/networks/iicp/relay/cooldowns.ts';
import { HandClock } from '../../../../support/clock.ts';

const MINUTE = 60_000;
const relay = (nodeId: string, host = `${nodeId}.example.com`) => ({ nodeId, host, port: 9485 });
const [a, b] = [relay('a'), relay('b')];

function passed() {
  const clock = new HandClock();
  return { clock, over: new RelayCooldowns(clock) };
}

it('passes one that failed over for five minutes, then twice as long each time, up to an hour', async () => {
  const { clock, over } = passed();
  const waits: number[] = [];
  for (let times = 0; times < 6; times += 1) {
    over.failed(a);
    let minutes = 0;
    while (over.among([a, b]).length < 2) {
      await clock.turn(MINUTE);
      minutes += 1;
    }
    waits.push(minutes);
  }
  expect(waits).toEqual([5, 10, 20, 40, 60, 60]);
});

it('forgets what was held against one that has served since', () => {
  const { over } = passed();
  over.failed(a);
  over.served(a);
  expect(over.among([a, b])).toEqual([a, b]);
});

it('asks the one whose turn comes first where all have failed, for it may be the only one', async () => {
  const { clock, over } = passed();
  over.failed(b);
  await clock.turn(1);
  over.failed(a);
  expect(over.among([a, b])).toEqual([b]);
  over.failed(b);
  expect(over.among([a, b])).toEqual([a]);
  expect(over.among([a])).toEqual([a]);
  expect(over.among([])).toEqual([]);
});

it('holds nothing against a relay for what somebody tells of its name or its address', () => {
  const { over } = passed();
  over.failed(relay('a', 'elsewhere.example.com'));
  over.failed(relay('c', a.host));
  expect(over.among([a, b])).toEqual([a, b]);
});

it('remembers no more than 512, and forgets the oldest', () => {
  const { over } = passed();
  over.failed(a);
  for (let count = 0; count < 600; count += 1) over.failed(relay(`made-up-${count}`));
  expect([over.size, over.among([a, relay('made-up-599')])]).toEqual([512, [a]]);
});
