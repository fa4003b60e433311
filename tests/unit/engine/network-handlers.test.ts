// What is asked of networks that have it, and of those that lack it.
import { describe, expect, it } from 'vitest';
import { createNetworkHandlers, signerOf } from '../../../src-main/engine/network-handlers.ts';
import type { Network } from '../../../src-main/networks/network.ts';
import type { NetworkId } from '../../../src-preload/contract/networks/index.ts';

const signs = (id: string) =>
  ({
    id: id as NetworkId,
    identity: { signer: async () => ({ nodeId: id, publicKey: 'key', sign: () => 'signature' }) },
  }) as unknown as Network;
const mute = { id: 'mesh' as NetworkId } as unknown as Network;

describe('who signs for this node', () => {
  it.each([
    ['the first that is joined', [signs('one'), signs('two'), signs('three')], ['two', 'three'], 'two'],
    ['the first of all where none is joined', [signs('one'), signs('two')], [], 'one'],
    ['one that can, whatever else is joined', [mute, signs('two')], ['mesh'], 'two'],
  ])('is %s', async (_who, networks, joined, nodeId) => {
    expect((await signerOf(networks, (id) => joined.includes(id))).nodeId).toBe(nodeId);
  });

  it('is no one where no network can', async () => {
    await expect(signerOf([mute], () => true)).rejects.toMatchObject({ code: 'networks.cannot' });
  });
});

describe('a network that lacks a capability', () => {
  const bare = { id: 'iicp' } as unknown as Network;
  const slices = { take: () => undefined, touch: () => undefined };
  const handlers = createNetworkHandlers({ slices, networks: [bare] } as never);

  it.each(['networks.identify', 'networks.rotateKey', 'networks.newIdentity'] as const)(
    'refuses %s with a sentence',
    async (name) => {
      await expect(handlers[name]({ id: 'iicp' })).rejects.toMatchObject({
        code: 'networks.cannot',
        message: expect.stringMatching(/^IICP has no such thing/),
      });
    },
  );

  it('has no price, no accounts and no questions of its own', async () => {
    await expect(handlers['pricing.try']({ network: 'iicp' })).rejects.toMatchObject({ code: 'networks.cannot' });
    await expect(handlers['networks.ask']({ id: 'iicp', name: 'offers', input: undefined })).rejects.toMatchObject({
      code: 'networks.cannot',
    });
    expect(await handlers['pricing.seen']({ network: 'iicp' })).toBeNull();
    expect(await handlers['earnings.accounts']()).toEqual([]);
  });
});
