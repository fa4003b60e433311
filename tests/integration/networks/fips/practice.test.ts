// The little nodes of practice, whose framing and crypto are their own, with a node of ours: neighbour, tree, and a session through it.
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { systemRandom } from '../../../../src-main/base/random.ts';
import { meshView } from '../../../../src-main/networks/fips/mesh-view.ts';
import { startPracticeFips } from '../../../../src-main/practice/fips/mesh.ts';
import { answerLink, beginSession, publicOf } from '../../../../src-main/practice/fips/noise.ts';
import { viewOf } from '../../../../src-preload/contract/networks/index.ts';
import { composed } from '../../../support/composed.ts';
import { fipsRun } from '../../../support/fips-run.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { until } from '../../../support/wait.ts';
import noise from '../../../vectors/fips/noise.json' with { type: 'json' };

it('is dialled, stands in one tree with us, and writes from beyond its neighbour', async () => {
  const practice = await startPracticeFips({ clock: systemClock, random: systemRandom });
  onTestFinished(() => practice.stop());
  const { neighbour, beyond, at } = practice;
  const peers = [{ npub: neighbour.npub, connect: true, addresses: [{ transport: 'udp', addr: at, priority: 1 }] }];
  const run = fipsRun({ secret: 0x31, settings: { peers } });
  await run.node.start();
  await until('the link', () => run.peers().length === 1);
  const view = () => meshView(run.node, Date.now());
  const smallest = [run.identity.nodeAddr, neighbour.addr].sort()[0];
  await until('one tree', () => view().tree.root === smallest && view().neighbours[0]?.depth !== null);
  const session = await until('a session', () => view().sessions.find(({ state }) => state === 'established'));
  expect(session).toMatchObject({ addr: beyond.addr, npub: beyond.npub, via: neighbour.npub });
  await until('round trips', () => view().neighbours[0]!.rttMs !== null && view().sessions[0]!.rttMs !== null);
  expect(view().routes).toMatchObject([{ addr: beyond.addr, via: neighbour.npub }]);
  expect(practice.heard).toBeGreaterThan(0);
  await practice.stop();
  await until('its goodbye', () => run.peers().length === 0);
  expect(run.events.at(-1)).toBe('peer-down fips.down-left');
});

it('answers and begins as the vectors do', () => {
  const hex = (text: string) => Buffer.from(text, 'hex');
  const epoch = hex(noise.epoch_hex);
  const [initiator, responder] = [hex(noise.initiator_secret_hex), hex(noise.responder_secret_hex)];
  const answered = answerLink(responder, hex(noise.responder_ephemeral_hex), epoch, hex(noise.ik.message_1_hex));
  expect(answered?.message2.toString('hex')).toBe(noise.ik.message_2_hex);
  expect([answered?.key, answered?.epoch]).toEqual([publicOf(initiator), epoch]);
  const to = publicOf(responder).subarray(1);
  const begun = beginSession(initiator, hex(noise.initiator_ephemeral_hex), epoch, to);
  expect(begun.message1.toString('hex')).toBe(noise.xk.message_1_hex);
  expect(begun.finish(hex(noise.xk.message_2_hex))?.message3.toString('hex')).toBe(noise.xk.message_3_hex);
});

it('is there for whoever joins FIPS in practice', async () => {
  const engine = await composed(temporaryFolder(), { practice: true });
  onTestFinished(() => engine.stop());
  const set = async (path: string, value: unknown) =>
    void (await engine.handle('settings.set', { path, value } as never));
  for (const id of ['iicp', 'posemesh']) await set(`networks.${id}.enabled`, false);
  await engine.start();
  const view = () => viewOf(engine.take('networks').value, 'fips')!;
  expect(view().state).toBe('off');
  await set('networks.fips.enabled', true);
  await until('its neighbour', () => view().detail.neighbours === 1);
  expect(view().detail.listening).toEqual([expect.stringMatching(/^udp 127\.0\.0\.1:/)]);
});
