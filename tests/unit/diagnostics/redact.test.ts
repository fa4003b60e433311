import { describe, expect, it } from 'vitest';
import { createRedactor, type Private } from '../../../src-main/diagnostics/redact.ts';

const KNOWN: Private = {
  folders: [
    ['<data folder>', '/home/ada/.local/share/hearth'],
    ['~', '/home/ada'],
  ],
  names: [
    ['<this computer>', 'ada-desktop'],
    ['<name>', 'attic'],
  ],
  user: 'ada',
  nodes: ['6f1d1f3e-0c5e-4b1e-9b56-0f4ad6f3c111'],
  publicHosts: ['iicp.network'],
};
const hidden = (text: string) => createRedactor(KNOWN, { addresses: false })(text);
const shown = (text: string) => createRedactor(KNOWN, { addresses: true })(text);

describe('a redacted text', () => {
  it.each([
    ['at /home/ada/.local/share/hearth/hearth.db', 'at <data folder>/hearth.db'],
    ['at /home/ada/notes', 'at ~/notes'],
    ['"/media/ada/disk"', '"/media/<user>/disk"'],
    ['attic is on ada-desktop', '<name> is on <this computer>'],
    ['ada-desktop2, attics and adam stay', 'ada-desktop2, attics and adam stay'],
    ['http://203.0.113.7:9484/v1', 'http://<address-1>:9484/v1'],
    ['203.0.113.7 and 203.0.113.7:80 and 203.0.113.8', '<address-1> and <address-1>:80 and <address-2>'],
    ['[2001:db8::1]:80 is not 12:30:59 or 1:2', '[<address-1>]:80 is not 12:30:59 or 1:2'],
    [
      'https://gpu.example/api, then gpu.example:443 and GPU.example',
      'https://<address-1>/api, then <address-1>:443 and <address-1>',
    ],
    ['http://user:pass@gpu.example/', 'http://<address-1>/'],
    [
      '127.0.0.1, localhost, 0.0.0.0, ::1 and https://iicp.network/api',
      '127.0.0.1, localhost, 0.0.0.0, ::1 and https://iicp.network/api',
    ],
    ['node 6f1d1f3e-0c5e-4b1e-9b56-0f4ad6f3c111', 'node <node-1>'],
    ['version 0.15.2 took 1.25 s', 'version 0.15.2 took 1.25 s'],
  ])('of %s is %s', (text, expected) => {
    expect(hidden(text)).toBe(expected);
  });

  it('keeps addresses where they are wanted, and still no folder and no name', () => {
    expect(shown('http://203.0.113.7:9484 of attic in /home/ada')).toBe('http://203.0.113.7:9484 of <name> in ~');
  });

  it('has one word for one thing over all of a bundle', () => {
    const redact = createRedactor(KNOWN, { addresses: false });
    expect([redact('203.0.113.7'), redact('203.0.113.8'), redact('203.0.113.7')]).toEqual([
      '<address-1>',
      '<address-2>',
      '<address-1>',
    ]);
  });

  it('knows a folder of Windows inside JSON', () => {
    const redact = createRedactor({ ...KNOWN, folders: [['~', 'C:\\Users\\ada']] }, { addresses: false });
    expect(redact(JSON.stringify({ at: 'C:\\Users\\ada\\x' }))).toBe('{"at":"~\\\\x"}');
    expect(redact('C:\\Users\\ada\\x')).toBe('~\\x');
  });
});
