// The environment variables of official nodes, and the versions that they register with.
import { describe, expect, it } from 'vitest';
import { configIn } from '../../../../src-main/networks/posemesh/config/config.ts';
import { type Environment, readVariables } from '../../../../src-main/networks/posemesh/config/env.ts';
import { parseEnvFile } from '../../../../src-main/networks/posemesh/config/env-file.ts';
import type { PosemeshPath } from '../../../../src-main/networks/posemesh/config/variables.ts';
import { normaliseVersion } from '../../../../src-main/networks/posemesh/config/version.ts';
import { posemeshSettings } from '../../../../src-preload/contract/networks/posemesh-settings.ts';
import vectors from '../../../vectors/posemesh.json' with { type: 'json' };

const KEY = vectors.wallets[0]!.privateKey;
const WHOLE: Environment = {
  DMS_BASE_URL: 'https://dms.example.com/v1',
  REQUEST_TIMEOUT_SECS: '30',
  DDS_BASE_URL: 'https://dds.example.com',
  NODE_URL: 'https://node.example.com',
  REG_SECRET: ' a-secret ',
  SECP256K1_PRIVHEX: KEY,
};
const path = (name: string) => `networks.posemesh.${name}`;
const valuesOf = (env: Environment) => Object.fromEntries(readVariables(env, { complete: false }).values);
const problemsOf = (env: Environment, complete = true) =>
  readVariables(env, { complete }).problems.map(({ message }) => message);

describe('the variables of an official node', () => {
  it('become settings, addresses as the URL standard writes them', () => {
    expect(valuesOf(WHOLE)).toEqual({
      [path('dmsBaseUrl')]: 'https://dms.example.com/v1',
      [path('requestTimeoutSecs')]: 30,
      [path('ddsBaseUrl')]: 'https://dds.example.com/',
      [path('nodeUrl')]: 'https://node.example.com/',
      [path('regSecret')]: 'a-secret',
      [path('privateKey')]: KEY,
    });
    expect(problemsOf(WHOLE)).toEqual([]);
  });

  it.each<[string, string, string, unknown]>([
    ['NODE_VERSION', ' 1.2.3 ', 'nodeVersion', '1.2.3'],
    ['HEARTBEAT_JITTER_MS', '+300', 'heartbeatJitterMs', 300],
    ['POLL_BACKOFF_MS_MIN', '40000', 'pollBackoffMsMin', 40_000],
    ['TOKEN_SAFETY_RATIO', '1.5', 'tokenSafetyRatio', 1],
    ['TOKEN_SAFETY_RATIO', '.5e0', 'tokenSafetyRatio', 0.5],
    ['REGISTER_MAX_RETRY', '-1', 'registerMaxRetry', -1],
    ['REGISTER_INTERVAL_SECS', '0', 'registerIntervalSecs', 1],
    ['REQUEST_TIMEOUT_SECS', '0', 'requestTimeoutSecs', 1],
    ['ENABLE_NOOP', 'true', 'noop', true],
    ['NOOP_SLEEP_SECS', '0', 'noopSleepSecs', 0],
    ['POSEMESH_MULTIPART_MIN_BYTES', '1024', 'multipartMinBytes', 1024],
    ['POSEMESH_MULTIPART_MIN_BYTES', 'many', 'multipartMinBytes', 8_388_608],
    ['POSEMESH_MULTIPART_MIN_BYTES', '0', 'multipartMinBytes', 8_388_608],
    ['DMS_WIRE', 'legacy', 'dmsWire', 'legacy'],
    ['SIWE_STRICT', '1', 'siweStrict', true],
    ['HTTP_PORT', '9000', 'httpPort', 9000],
  ])('%s=%s is %s %s', (name, text, setting, value) => {
    expect(valuesOf({ [name]: text })).toEqual({ [path(setting)]: value });
  });

  it.each(['NODE_VERSION', 'REGISTER_INTERVAL_SECS', 'REGISTER_MAX_RETRY', 'REG_SECRET', 'SECP256K1_PRIVHEX'])(
    '%s without a value is as good as missing',
    (name) => {
      expect(valuesOf({ [name]: '' })).toEqual({});
    },
  );

  it.each([
    ['DMS_BASE_URL', 'A required environment variable is missing: DMS_BASE_URL.'],
    ['REQUEST_TIMEOUT_SECS', 'A required environment variable is missing: REQUEST_TIMEOUT_SECS.'],
    ['DDS_BASE_URL', 'DDS_BASE_URL required: without it there is no DDS SIWE authentication.'],
    ['NODE_URL', 'NODE_URL required: without it there is no DDS SIWE authentication.'],
    ['REG_SECRET', 'REG_SECRET required: without it there is no DDS SIWE authentication.'],
    ['SECP256K1_PRIVHEX', 'SECP256K1_PRIVHEX required: without it there is no DDS SIWE authentication.'],
  ])('%s is missed where an official node would miss it', (name, message) => {
    expect(problemsOf({ ...WHOLE, [name]: undefined })).toEqual([message]);
    expect(problemsOf({ ...WHOLE, [name]: undefined }, false)).toEqual([]);
  });

  it('are looked at in the order in which an official node stops', () => {
    expect(problemsOf({}).map((message) => /[A-Z][A-Z0-9_]+/.exec(message.replace('A required', ''))![0])).toEqual(
      Object.keys(WHOLE),
    );
  });

  it.each([
    ['DDS_BASE_URL', 'not a url', 'invalid URL in DDS_BASE_URL.'],
    ['NODE_URL', 'ftp://node.example.com', 'invalid URL in NODE_URL: it has to be http or https.'],
    ['REQUEST_TIMEOUT_SECS', '', 'invalid integer in REQUEST_TIMEOUT_SECS.'],
    ['REQUEST_TIMEOUT_SECS', '1_000', 'invalid integer in REQUEST_TIMEOUT_SECS.'],
    ['REQUEST_TIMEOUT_SECS', '1.5', 'invalid integer in REQUEST_TIMEOUT_SECS.'],
    ['REQUEST_TIMEOUT_SECS', '-1', 'invalid integer in REQUEST_TIMEOUT_SECS.'],
    ['TOKEN_REAUTH_MAX_RETRIES', '4294967296', 'invalid integer in TOKEN_REAUTH_MAX_RETRIES.'],
    ['HTTP_PORT', '70000', 'invalid integer in HTTP_PORT.'],
    ['MAX_CONCURRENCY', '1.5', 'invalid integer in MAX_CONCURRENCY.'],
    ['HEARTBEAT_JITTER_MS', ' 5', 'invalid integer in HEARTBEAT_JITTER_MS.'],
    ['TOKEN_SAFETY_RATIO', 'nan', 'invalid float in TOKEN_SAFETY_RATIO.'],
    ['TOKEN_SAFETY_RATIO', 'inf', 'invalid float in TOKEN_SAFETY_RATIO.'],
    ['REGISTER_MAX_RETRY', '-2', 'REGISTER_MAX_RETRY must be -1 or non-negative, and is -2.'],
    ['ENABLE_NOOP', 'True', 'invalid bool in ENABLE_NOOP: write true or false, in small letters.'],
    ['DMS_WIRE', 'new', 'invalid value in DMS_WIRE: write one of current, legacy.'],
    ['SECP256K1_PRIVHEX', 'f'.repeat(64), 'SECP256K1_PRIVHEX is no secret key of the curve secp256k1: 64 hex digits.'],
  ])('%s=%s is named', (name, text, message) => {
    expect(problemsOf({ [name]: text }, false)).toEqual([message]);
  });

  it('are shown by their names and as they would be set, but for secrets', () => {
    const { variables } = readVariables({ ...WHOLE, LOG_FORMAT: 'json', MAX_CONCURRENCY: '0' }, { complete: false });
    expect(variables).toEqual([
      { name: 'DMS_BASE_URL', setting: path('dmsBaseUrl'), value: 'https://dms.example.com/v1' },
      { name: 'REQUEST_TIMEOUT_SECS', setting: path('requestTimeoutSecs'), value: '30' },
      { name: 'DDS_BASE_URL', setting: path('ddsBaseUrl'), value: 'https://dds.example.com/' },
      { name: 'NODE_URL', setting: path('nodeUrl'), value: 'https://node.example.com/' },
      { name: 'REG_SECRET', setting: path('regSecret'), value: null },
      { name: 'SECP256K1_PRIVHEX', setting: path('privateKey'), value: null },
    ]);
  });

  it('that are wrong are all named, and no sentence has a secret in it', () => {
    const wrong = { REG_SECRET: 'hunter2hunter2', SECP256K1_PRIVHEX: 'deadbeef-not-a-key', ENABLE_NOOP: 'yes' };
    const found = readVariables(wrong, { complete: false });
    expect(found.problems).toHaveLength(2);
    const said = JSON.stringify([found.problems, found.notes]);
    for (const secret of [wrong.REG_SECRET, wrong.SECP256K1_PRIVHEX]) expect(said).not.toContain(secret);
  });

  it('that official nodes take and Hearth does not count as the most that it takes', () => {
    const { values, problems, notes } = readVariables({ REGISTER_INTERVAL_SECS: '999999' }, { complete: false });
    expect([values.get('networks.posemesh.registerIntervalSecs'), problems]).toEqual([86_400, []]);
    expect(notes).toMatchObject([{ code: 'posemesh.env-most', values: { largest: 86_400 } }]);
  });

  it.each(['REQUEST_TIMEOUT_SECS', 'REGISTER_INTERVAL_SECS'])('%s=0 counts as 1, and that is said', (name) => {
    const { values, notes } = readVariables({ [name]: '0' }, { complete: false });
    expect([[...values.values()], notes.map(({ code }) => code)]).toEqual([[1], ['posemesh.env-one']]);
  });

  it('leave the number of jobs at once alone, which official nodes never use', () => {
    const { values, notes } = readVariables({ MAX_CONCURRENCY: '4' }, { complete: false });
    expect([values.size, notes.map(({ code }) => code)]).toEqual([0, ['posemesh.env-one-job']]);
  });

  it('that Hearth has no use for are said to be so', () => {
    expect(readVariables({ LOG_FORMAT: 'text', RUST_LOG: 'debug' }, { complete: false })).toMatchObject({
      problems: [],
      notes: [{ values: { name: 'LOG_FORMAT' } }, { values: { name: 'RUST_LOG' } }],
    });
  });
});

describe('a file of variables', () => {
  it('is read as shells and Docker write it, and nothing in it is run', () => {
    const text =
      '\uFEFF# a node\nexport DDS_BASE_URL="https://dds.example.com"\nREG_SECRET=\'a b\' # why\n\nX=$(rm -rf /)\n';
    expect(parseEnvFile(text)).toEqual({
      DDS_BASE_URL: 'https://dds.example.com',
      REG_SECRET: 'a b',
      X: '$(rm -rf /)',
    });
  });

  it.each([
    ['a file without a line of the kind', 'hello', 'posemesh.file-empty'],
    ['one that is too large', 'A=1\n'.repeat(100_000), 'posemesh.file-too-large'],
  ])('%s is refused', (_, text, code) => {
    expect(() => parseEnvFile(text)).toThrow(expect.objectContaining({ code }));
  });
});

describe('the version to register with', () => {
  it.each([
    ['1.2.3', '1.2.3', false],
    [' 1.2.3-rc.1+build.5 ', '1.2.3-rc.1+build.5', false],
    ['v1.2.3', '1.2.3', true],
    ['V0.0.1', '0.0.1', true],
    ['vv1.2.3', '9.9.9', true],
    ['1.2', '9.9.9', true],
    ['01.2.3', '9.9.9', true],
    ['1.2.3-01', '9.9.9', true],
    ['latest', '9.9.9', true],
    ['', '9.9.9', false],
    ['   ', '9.9.9', false],
  ])('%s becomes %s', (given, version, changed) => {
    expect(normaliseVersion(given, '9.9.9')).toEqual({ version, changed });
  });
});

describe('what is set', () => {
  const own = { version: '1.2.3', clientId: 'posemesh-compute-node/of-this-node' };
  const configOf = (set: Partial<Record<PosemeshPath, unknown>>) =>
    configIn({ get: (at) => (at in set ? set[at] : posemeshSettings[at].initial) as never }, own);

  it.each<[Partial<Record<PosemeshPath, unknown>>, string, string]>([
    [{}, 'wallet', 'either'],
    [{ 'networks.posemesh.nodeUrl': 'https://n.example.com/' }, 'callback', 'secret'],
    [{ 'networks.posemesh.registrationMode': 'callback' }, 'callback', 'secret'],
    [
      { 'networks.posemesh.nodeUrl': 'https://n.example.com/', 'networks.posemesh.registrationMode': 'wallet' },
      'wallet',
      'either',
    ],
    [
      { 'networks.posemesh.nodeUrl': 'https://n.example.com/', 'networks.posemesh.siweGate': 'either' },
      'callback',
      'either',
    ],
    [{ 'networks.posemesh.siweGate': 'secret' }, 'wallet', 'secret'],
  ])('%j registers by %s and waits for %s', (set, mode, gate) => {
    const config = configOf(set);
    expect([config.mode, config.gate]).toEqual([mode, gate]);
  });

  it('gathers heartbeats for the legacy wire alone', () => {
    const gathered = (dmsWire: string) =>
      configOf({ 'networks.posemesh.dmsWire': dmsWire, 'networks.posemesh.heartbeatJitterMs': 250 }).job.heartbeat
        .gatherMs;
    expect([gathered('current'), gathered('legacy')]).toEqual([0, 250]);
  });

  it('does one job at a time, under its own name and version, until told otherwise', () => {
    const { atOnce, job, version, versionChanged } = configOf({});
    expect([atOnce, job.clientId, version, versionChanged]).toEqual([1, own.clientId, '1.2.3', false]);
    const set = configOf({ 'networks.posemesh.clientId': 'mine', 'networks.posemesh.nodeVersion': 'v2.0.0' });
    expect([set.job.clientId, set.version, set.versionChanged]).toEqual(['mine', '2.0.0', true]);
  });
});
