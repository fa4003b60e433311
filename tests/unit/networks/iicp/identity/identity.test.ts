import { describe, expect, it } from 'vitest';
import { systemRandom } from '../../../../../src-main/base/random.ts';
import { Identity, OLD_KEY_MS } from '../../../../../src-main/networks/iicp/identity/identity.ts';
import { CxKeys } from '../../../../../src-main/networks/iicp/tasks/cx.ts';
import { sealRequest } from '../../../../../src-main/practice/iicp/sealing.ts';

const DIRECTORY = 'http://directory.test';

function vault() {
  const held = new Map<string, string>();
  let broken = false;
  return {
    held,
    break: () => {
      broken = true;
    },
    get: (name: string) => held.get(name),
    put: async (values: Readonly<Record<string, string>>) => {
      if (broken) throw new Error('disk full');
      for (const [name, value] of Object.entries(values)) held.set(name, value);
    },
  };
}

async function registered() {
  const store = vault();
  const identity = await Identity.open({ random: systemRandom, vault: store }, DIRECTORY);
  await identity.adopt({ token: 'token', hmacKey: 'key' });
  return { store, identity };
}

const reopened = (store: ReturnType<typeof vault>) => Identity.open({ random: systemRandom, vault: store }, DIRECTORY);
const idsOf = (identity: Identity, now: number) => identity.keys(now).map(({ publicKey }) => publicKey.key_id);

describe('who a node is', () => {
  it('is a UUID, made once and held for all directories', async () => {
    const store = vault();
    const { nodeId, cxKey } = await reopened(store);
    expect(nodeId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const elsewhere = await Identity.open({ random: systemRandom, vault: store }, 'http://other.test');
    expect([elsewhere.nodeId, elsewhere.cxKey.publicKey]).toEqual([nodeId, cxKey.publicKey]);
    expect((await reopened(vault())).nodeId).not.toBe(nodeId);
  });

  it.each<[string, readonly { token: string; hmacKey: string | undefined }[], string, string | undefined]>([
    ['there is none before the first', [], '', undefined],
    ['the one given holds', [{ token: 't1', hmacKey: 'k1' }], '', 'k1'],
    [
      'each registration brings another',
      [
        { token: 't1', hmacKey: 'k1' },
        { token: 't2', hmacKey: 'k2' },
      ],
      '',
      'k2',
    ],
    [
      'or none, and then the one before holds',
      [
        { token: 't1', hmacKey: 'k1' },
        { token: 't2', hmacKey: undefined },
      ],
      '',
      'k1',
    ],
    ['the operator’s own wins', [{ token: 't1', hmacKey: 'k1' }], 'fleet', 'fleet'],
  ])('signs with the key of the directory: %s, over a restart', async (_what, grants, operatorKey, expected) => {
    const store = vault();
    const identity = await reopened(store);
    for (const grant of grants) await identity.adopt(grant);
    for (const each of [identity, await reopened(store)]) {
      expect([each.token, each.hmacKey(operatorKey)]).toEqual([grants.at(-1)?.token, expected]);
    }
  });
});

describe('replacing the key that clients seal to', () => {
  it('is refused without a token, for a directory takes another key from nobody else', async () => {
    const store = vault();
    const identity = await Identity.open({ random: systemRandom, vault: store }, DIRECTORY);
    const before = identity.cxKey.publicKey;
    await expect(identity.rotate(0)).rejects.toMatchObject({ code: 'iicp.rotation-not-registered' });
    expect(identity.cxKey.publicKey).toEqual(before);
  });

  it('keeps the name and the old key, over a restart, for 90 days', async () => {
    const { store, identity } = await registered();
    const old = identity.cxKey.publicKey.key_id;
    const fresh = (await identity.rotate(1000)).publicKey.key_id;
    expect(fresh).not.toBe(old);
    const later = await reopened(store);
    expect(later.nodeId).toBe(identity.nodeId);
    expect(later.cxKey.publicKey.key_id).toBe(fresh);
    expect(idsOf(later, 1000 + OLD_KEY_MS - 1)).toEqual([fresh, old]);
    expect(idsOf(later, 1000 + OLD_KEY_MS)).toEqual([fresh]);
  });

  it('changes nothing where the disk refuses it', async () => {
    const { store, identity } = await registered();
    const before = idsOf(identity, 0);
    store.break();
    await expect(identity.rotate(0)).rejects.toThrow('disk full');
    expect(idsOf(identity, 0)).toEqual(before);
  });

  it('is possible eight times in 90 days, and again when the oldest has run out', async () => {
    const { identity } = await registered();
    for (let time = 0; time < 8; time += 1) await identity.rotate(time);
    await expect(identity.rotate(8)).rejects.toMatchObject({ code: 'iicp.rotation-too-often' });
    await identity.rotate(OLD_KEY_MS);
    expect(identity.keys(OLD_KEY_MS)).toHaveLength(9);
  });

  it('opens what was sealed to either key, and nothing that was sealed to another one', async () => {
    const { identity } = await registered();
    const seal = () =>
      sealRequest({
        recipient: identity.cxKey.publicKey,
        taskId: 't',
        intent: 'i',
        payload: '{}',
        ephemeralKey: systemRandom.bytes(32),
        nonce: systemRandom.bytes(12),
      }).envelope;
    const toOld = seal();
    await identity.rotate(0);
    const toFresh = seal();
    const keys = new CxKeys(identity.keys(0));
    for (const envelope of [toOld, toFresh]) {
      expect(keys.open(envelope, 't', 'i')?.plaintext).toBe('{}');
      expect(new CxKeys([]).open(envelope, 't', 'i')).toBeUndefined();
    }
    for (const nonsense of [null, 7, {}, { recipient_key_id: 'cx-0' }])
      expect(keys.open(nonsense, 't', 'i')).toBeUndefined();
  });
});

describe('another identity', () => {
  const NOW = 1_700_000_000_000;
  const deps = (store: ReturnType<typeof vault>) => ({ random: systemRandom, vault: store });

  it('has a name and a key of its own and nothing that was granted to the one before, which stays on disk', async () => {
    const { store, identity } = await registered();
    await identity.rotate(NOW);
    const elsewhere = await Identity.open(deps(store), 'http://other.test');
    await elsewhere.adopt({ token: 'another', hmacKey: 'key' });
    const secrets = ['iicp.cx-key', 'iicp.cx-old-keys'].map((name) => store.held.get(name));
    await Identity.renew(deps(store), DIRECTORY, NOW);
    const fresh = await reopened(store);
    expect(fresh.nodeId).not.toBe(identity.nodeId);
    expect(idsOf(fresh, NOW)).toHaveLength(1);
    expect(idsOf(identity, NOW)).not.toContain(idsOf(fresh, NOW)[0]);
    expect([fresh.token, fresh.hmacKey('')]).toEqual([undefined, undefined]);
    expect((await Identity.open(deps(store), 'http://other.test')).token).toBeUndefined();
    expect(JSON.parse(store.held.get('iicp.retired')!)).toEqual([
      {
        nodeId: identity.nodeId,
        cxKey: secrets[0],
        oldKeys: secrets[1],
        grant: JSON.stringify({ nodeId: identity.nodeId, token: 'token', hmacKey: 'key' }),
        directory: `${DIRECTORY}/`,
        until: NOW,
      },
    ]);
    await fresh.adopt({ token: 'fresh', hmacKey: undefined });
    expect((await reopened(store)).token).toBe('fresh');
  });

  it.each([
    ['a slash', `${DIRECTORY}/`],
    ['the version of the API', `${DIRECTORY}/v1`],
    ['capitals and the usual port', 'http://Directory.Test:80/v1/'],
  ])('keeps what its directory gave it when that is written with %s', async (_what, spelled) => {
    const { store } = await registered();
    expect((await Identity.open(deps(store), spelled)).token).toBe('token');
  });

  it.each([
    [[`${DIRECTORY}/`], DIRECTORY, `${DIRECTORY}/`],
    [[`${DIRECTORY}/api`], `${DIRECTORY}/api/`, `${DIRECTORY}/api`],
    [[`${DIRECTORY}/api`, `${DIRECTORY}/api/`], `${DIRECTORY}/api/`, `${DIRECTORY}/api/`],
    [[`${DIRECTORY}/api`, `${DIRECTORY}/api/`], `${DIRECTORY}/api`, `${DIRECTORY}/api`],
  ])('finds what an older version has kept under %j, when it is %s', async (kept, now, found) => {
    const { store, identity } = await registered();
    store.held.delete(`iicp.grant-at:${DIRECTORY}`);
    for (const url of kept) {
      store.held.set(`iicp.grant:${url}`, JSON.stringify({ nodeId: identity.nodeId, token: url, hmacKey: 'key' }));
    }
    const opened = await Identity.open(deps(store), now);
    expect(opened.token).toBe(found);
    await opened.adopt({ token: 'fresh', hmacKey: undefined });
    expect((await Identity.open(deps(store), now)).token).toBe('fresh');
  });

  it('takes what an older version wrote without a name for the first identity’s alone', async () => {
    const { store, identity } = await registered();
    store.held.set(`iicp.grant:http://other.test/`, '{"token":"old"}');
    expect((await Identity.open(deps(store), 'http://other.test')).token).toBe('old');
    await Identity.renew(deps(store), DIRECTORY, NOW);
    expect((await Identity.open(deps(store), 'http://other.test')).token).toBeUndefined();
    expect(identity.token).toBe('token');
  });

  it('is remembered after sixteen others, and not after more', async () => {
    const { store, identity } = await registered();
    const names = [identity.nodeId];
    for (let count = 0; count < 17; count += 1) {
      await Identity.renew(deps(store), DIRECTORY, NOW);
      names.push((await reopened(store)).nodeId);
    }
    const retired = JSON.parse(store.held.get('iicp.retired')!) as readonly { readonly nodeId: string }[];
    expect(retired.map(({ nodeId }) => nodeId)).toEqual(names.slice(1, 17));
  });

  it('is not taken where the disk refuses it', async () => {
    const { store, identity } = await registered();
    store.break();
    await expect(Identity.renew(deps(store), DIRECTORY, NOW)).rejects.toThrow('disk full');
    expect((await reopened(store)).nodeId).toBe(identity.nodeId);
  });
});
