import { resolve } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { spelled } from '../../../src-main/command/spelled.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe.skipIf(process.platform === 'win32')('a command as the user has to type it', () => {
  it('is bare where this node is the usual one', () => {
    vi.stubEnv('HEARTH_HOME', undefined);
    expect(spelled('confirm', { data: undefined, practice: false })).toBe('hearth confirm');
  });

  it('names practice, and a data folder of its own however that was chosen', () => {
    expect(spelled('confirm', { data: 'my nodes/one', practice: true })).toBe(
      `hearth confirm --practice --data '${resolve('my nodes/one')}'`,
    );
    vi.stubEnv('HEARTH_HOME', '/srv/hearth');
    expect(spelled('link --revoke', { data: undefined, practice: false })).toBe(
      'hearth link --revoke --data /srv/hearth',
    );
  });

  it('says nothing that a shell would take for more', () => {
    const said = spelled('link', { data: "/a'; rm -rf $HOME", practice: false });
    expect(said).toBe(`hearth link --data '/a'\\''; rm -rf $HOME'`);
  });
});
