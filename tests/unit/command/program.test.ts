import { describe, expect, it } from 'vitest';
import { HearthError } from '../../../src-main/base/errors.ts';
import { exitCode } from '../../../src-main/command/exit.ts';
import { parse } from '../../../src-main/command/program.ts';
import { parseDesktopFlags } from '../../../src-main/command/serve-flags.ts';
import { allVerbs } from '../../../src-main/command/verbs.ts';

const verbs = await allVerbs();

const words = (line: string) => line.split(' ').filter(Boolean);

/** The verb that is meant, with all that it and every verb was given. */
function lineOf(args: readonly string[]) {
  const parsed = parse(args, verbs, '1.2.3');
  if ('text' in parsed) return parsed;
  return { command: parsed.verb.name, ...parsed.common, ...parsed.line };
}

describe('a command line', () => {
  it.each([
    ['', { command: 'serve', mode: 'console', open: true, practice: false, uiPort: 0, logLevel: 'info' }],
    ['serve --headless --data /d', { command: 'serve', mode: 'headless', data: '/d' }],
    [
      'serve --console --no-open --practice --ui-port 9000',
      { mode: 'console', open: false, practice: true, uiPort: 9000 },
    ],
    ['--log-level debug', { command: 'serve', logLevel: 'debug' }],
    ['status --json', { command: 'status', json: true }],
    ['pause', { command: 'pause', for: 'resumed', json: false }],
    ['pause --for 30m', { command: 'pause', for: '30m' }],
    ['pause --for 2h', { command: 'pause', for: 7_200_000 }],
    ['pause --for 90min', { command: 'pause', for: 5_400_000 }],
    ['pause --for 3d', { command: 'pause', for: 259_200_000 }],
    ['quiet', { on: true }],
    ['quiet off', { on: false }],
    ['pause --for tomorrow --json', { command: 'pause', for: 'tomorrow', json: true }],
    ['release --json', { command: 'release', json: true }],
    ['resume --practice', { command: 'resume', practice: true }],
    ['link', { command: 'link', revoke: false }],
    ['link --revoke --json', { command: 'link', revoke: true, json: true }],
    ['confirm 012345', { command: 'confirm', number: '012345' }],
    ['confirm 012 345 --practice', { command: 'confirm', number: '012345', practice: true }],
    ['doctor --json', { command: 'doctor', json: true }],
    ['models --json', { command: 'models', json: true }],
    ['detect', { command: 'detect', urls: [] }],
    [
      'detect 192.168.1.5:11434 https://attic.lan/v1 --json',
      { command: 'detect', urls: ['http://192.168.1.5:11434', 'https://attic.lan/v1'], json: true },
    ],
    ['load a:1b', { command: 'load', model: 'a:1b', at: undefined }],
    ['load a:1b --at localhost:1234', { command: 'load', model: 'a:1b', at: 'http://localhost:1234' }],
    ['unload', { command: 'unload', model: undefined }],
    ['unload a:1b --json', { command: 'unload', model: 'a:1b', json: true }],
    ['settings get', { command: 'settings get', path: undefined }],
    ['settings get node.name', { command: 'settings get', path: 'node.name' }],
    ['settings set node.name x', { command: 'settings set', path: 'node.name', value: 'x' }],
    ['settings set node.name', { command: 'settings set', path: 'node.name', value: undefined }],
    ['settings set node.name -', { command: 'settings set', value: '-' }],
    ['settings set capacity.maxConcurrent -3', { command: 'settings set', value: '-3' }],
    ['settings set node.name -- -x', { command: 'settings set', value: '-x' }],
    ['key', { command: 'key', to: undefined }],
    ['key passphrase --json', { command: 'key', to: 'passphrase', json: true }],
    ['key file --practice', { command: 'key', to: 'file', practice: true }],
    ['export', { command: 'export', format: 'csv', year: undefined }],
    ['export --year 2026 --format json', { command: 'export', format: 'json', year: 2026 }],
    ['export --json', { command: 'export', format: 'json' }],
    ['export --json --format csv', { command: 'export', format: 'csv' }],
    ['verify-day /d.json --json', { command: 'verify-day', file: '/d.json', json: true }],
    ['serve --new', { command: 'serve', anew: true }],
    ['backup /b', { command: 'backup', file: '/b', test: false }],
    ['backup --test /b --json', { command: 'backup', file: '/b', test: true, json: true }],
    ['restore /b', { command: 'restore', file: '/b', replace: false }],
    ['restore /b --replace', { command: 'restore', file: '/b', replace: true }],
    ['diagnostics', { command: 'diagnostics', save: undefined, addresses: false }],
    ['diagnostics --save /d --addresses', { command: 'diagnostics', save: '/d', addresses: true }],
    ['new-identity', { command: 'new-identity', json: false }],
    ['remove-everything', { command: 'remove-everything', keys: false }],
    ['remove-everything --keys --json', { command: 'remove-everything', keys: true, json: true }],
    ['--json --data /d status', { command: 'status', json: true, data: '/d' }],
    ['help', { is: 'help', text: expect.stringContaining('Use: hearth COMMAND [flags]') }],
    ['--help', { text: expect.stringContaining('settings set PATH [VALUE]') }],
    ['--practice -h', { text: expect.stringContaining('Exit codes: 0 done') }],
    ['status -h', { text: expect.stringContaining('3 no node runs on this data folder') }],
    ['help settings set', { text: expect.stringContaining('hearth settings set PATH [VALUE] [flags]') }],
    ['help settings', { text: expect.stringContaining('settings get [PATH]') }],
    ['--version', { is: 'version', text: '1.2.3\n' }],
    ['status --version', { text: '1.2.3\n' }],
  ])('reads "%s"', (line, expected) => {
    expect(lineOf(words(line))).toMatchObject(expected);
  });

  it.each([
    'dance',
    'help dance',
    'link --test',
    'confirm',
    'confirm 1234567',
    'serve twice',
    'status now',
    '--nonsense',
    '--ui-port x',
    '--ui-port 70000',
    '--log-level loud',
    '--console --headless',
    'settings',
    'settings set',
    'settings get a b',
    'settings set a b c',
    'models a',
    'detect ftp://127.0.0.1',
    'detect http://',
    'detect http://ada:secret@127.0.0.1',
    'load',
    'load a b',
    'load a --at ::::',
    'unload a b',
    'key drawer',
    'backup',
    'backup a b',
    'restore',
    'export all',
    'export --year last',
    'export --year 1969',
    'export --format xlsx',
    'diagnostics /d',
    'remove-everything now',
    'key file now',
    'pause --for ever',
    'pause --for 9d',
    'pause --for 0h',
    'quiet please',
    'init --server --preset quiet',
    'init --preset --yes',
    'pause 1h',
    '--data',
  ])('objects to "%s" with what to do next', (line) => {
    expect(() => lineOf(words(line))).toThrow(
      /^[A-Z"-].*\.( \w.*\?)? "hearth( [\w-]+)* --help" shows what there is\.$/,
    );
  });
});

describe('what was meant', () => {
  it.each([
    ['statsu', 'There is no command "statsu". Did you mean status?'],
    ['--jsno status', "Unknown option '--jsno'. Did you mean --json?"],
    ['settings gte', 'There is no command "settings gte". Did you mean get?'],
    ['setings get', 'There is no command "setings". Did you mean settings?'],
    ['rotate-key', 'There is no command "rotate-key". Did you mean "iicp rotate-key"?'],
    ['help peers', 'There is no command "peers". Did you mean "iicp peers"?'],
  ])('is guessed at "%s"', (line, sentence) => {
    expect(() => lineOf(words(line))).toThrow(sentence);
  });
});

it('takes "help help" for "help"', () => {
  expect(parse(['help', 'help'], verbs, '0')).toEqual(parse(['help'], verbs, '0'));
});

describe('parseDesktopFlags', () => {
  it('takes its own among those of Electron', () => {
    const flags = parseDesktopFlags(['--inspect=0', '--practice', 'hearth://job/1', '--data', '/d']);
    expect(flags).toMatchObject({ mode: 'desktop', practice: true, data: '/d' });
  });
});

describe('exitCode', () => {
  it.each([
    ['invalid', 2],
    ['unavailable', 75],
    ['conflict', 75],
    ['exhausted', 75],
    ['denied', 1],
    ['broken', 1],
  ] as const)('of %s is %i', (category, code) => {
    expect(exitCode(new HearthError({ code: 'x', category, message: '' }))).toBe(code);
  });
});
