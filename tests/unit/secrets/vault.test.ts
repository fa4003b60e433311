import { describe, expect, it } from 'vitest';
import type { SealedChanges } from '../../../src-main/secrets/secrets.ts';
import { vaultOf } from '../../../src-main/secrets/vault.ts';

/** Holds values as the sealed store does, without sealing them. */
function held(values: Record<string, string>) {
  const put = (changes: SealedChanges) => {
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) delete values[name];
      else values[name] = value;
    }
  };
  return {
    get: (name: string) => values[name],
    putAll: async (changes: SealedChanges) => put(changes),
    change: async <T>(changes: SealedChanges, commit: (sealed: readonly never[]) => Promise<T>) => {
      const committed = await commit([]);
      put(changes);
      return committed;
    },
  };
}

describe('the vault of a network', () => {
  it('has what is under its name', async () => {
    const values = { 'one.key': 'k', 'other.key': 'x' };
    const vault = vaultOf(held(values), 'one');
    await vault.put({ 'one.token': 't' });
    expect(await vault.change({ 'one.key': null }, async () => 'booked')).toBe('booked');
    expect(vault.get('one.token')).toBe('t');
    expect(values).toEqual({ 'one.token': 't', 'other.key': 'x' });
  });

  it.each(['other.key', 'one', 'oneself.key', 'check', ''])(
    'neither reads nor changes %j, which is not, also where others come with it',
    async (name) => {
      const values = { 'one.key': 'k', [name]: 'x' };
      const vault = vaultOf(held(values), 'one');
      expect(() => vault.get(name)).toThrow(TypeError);
      await expect(vault.put({ 'one.key': 'new', [name]: 'mine' })).rejects.toThrow(TypeError);
      let committed = false;
      const changed = vault.change({ 'one.key': 'new', [name]: null }, async () => {
        committed = true;
      });
      await expect(changed).rejects.toThrow(TypeError);
      expect([committed, values]).toEqual([false, { 'one.key': 'k', [name]: 'x' }]);
    },
  );
});
