// What may be chosen of an engine on another computer, and what `ssh` is told.
import { describe, expect, it } from 'vitest';
import { sshWords } from '../../../../src-main/backends/containers/ssh-tunnel.ts';
import { BoxEngineChoice } from '../../../../src-preload/contract/settings/boxes.ts';

describe('where an engine may be', () => {
  const allowed = (at: string, certificates?: string) =>
    BoxEngineChoice.safeParse({ engine: 'containers', at, ...(certificates && { certificates }) }).success;

  it.each([
    'ssh://server',
    'ssh://me@server',
    'ssh://me@server:2222',
    'ssh://me@192.0.2.7/run/user/1000/podman/podman.sock',
    'ssh://[2001:db8::1]:22/var/run/docker.sock',
  ])('%s', (at) => expect(allowed(at)).toBe(true));

  it.each([
    'ssh://-oProxyCommand=id',
    'ssh://-l@server',
    'ssh://me:secret@server',
    'ssh://server/run/x.sock:22',
    'ssh://server/run/%0a',
    'ssh://server/run/a b',
    'ssh://server?x',
    'http://server',
    'tcp://server:2376/path',
    'unix:///run/docker.sock',
  ])('not %s', (at) => expect(allowed(at, '/keys')).toBe(false));

  it.each([
    ['/home/me/.docker', true],
    ['C:\\Users\\me\\.docker', true],
    ['keys', false],
    [undefined, false],
  ])('over TLS, with certificates in %s: %s', (folder, is) => expect(allowed('tcp://server:2376', folder)).toBe(is));
});

describe('what ssh is told', () => {
  const words = (at: string) => sshWords(new URL(at), '/tmp/a/engine.sock');
  const tail = (at: string) => words(at).slice(words(at).indexOf('-L'));

  it.each([
    ['ssh://server', ['-L', '/tmp/a/engine.sock:/var/run/docker.sock', '--', 'server', 'cat']],
    ['ssh://me@server/run/p.sock', ['-L', '/tmp/a/engine.sock:/run/p.sock', '--', 'me@server', 'cat']],
    ['ssh://[2001:db8::1]', ['-L', '/tmp/a/engine.sock:/var/run/docker.sock', '--', '2001:db8::1', 'cat']],
  ])('%s', (at, expected) => expect(tail(at)).toEqual(expected));

  it('names another port, asks nobody, and shares no connection', () => {
    expect(words('ssh://server:2222').join(' ')).toContain(' -p 2222 ');
    expect(words('ssh://server')).toEqual(expect.arrayContaining(['BatchMode=yes', 'ControlPath=none']));
    expect(words('ssh://server')).not.toContain('-p');
  });
});
