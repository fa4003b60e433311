import { describe, expect, it } from 'vitest';
import { HearthError } from '../../../src-main/base/errors.ts';
import { type Asker, createDispatch, IN_FRONT } from '../../../src-main/faces/dispatch.ts';
import { ConfirmAtTheComputer } from '../../../src-main/faces/errors.ts';
import { type RequestName, requestNames } from '../../../src-preload/contract/names.ts';
import { answers, inputs, plantedEngine, readableLog, SECRET } from './support.ts';

/** Of all requests, those that take the node or give it away; docs/decisions/006 says why these. */
const OWNERS_ALONE: readonly RequestName[] = [
  'wallet.make',
  'wallet.words',
  'wallet.mint',
  'wallet.trust',
  'wallet.token',
  'wallet.tokenOf',
  'wallet.pay',
  'wallet.move',
  'wallet.proveWords',
  'networks.rotateKey',
  'networks.newIdentity',
  'desktop.moveKey',
  'backup.create',
  'backup.read',
  'backup.discard',
  'backup.restore',
  'removal.run',
];

describe('the gate between faces and engine', () => {
  it('hands the engine the parsed input, defaults filled in', async () => {
    const engine = plantedEngine();
    const dispatch = createDispatch(engine, readableLog());
    await dispatch('work.list', { before: 7, extra: 'dropped' }, IN_FRONT);
    expect(engine.asked).toEqual([{ name: 'work.list', input: { before: 7, limit: 50 } }]);
  });

  it.each(requestNames)('answers %s with what the contract names and nothing else', async (name) => {
    const dispatch = createDispatch(plantedEngine(), readableLog());
    const reply = await dispatch(name, inputs[name], IN_FRONT);
    expect(reply).toEqual({ ok: true, value: answers[name] });
    expect(JSON.stringify(reply)).not.toContain(SECRET);
  });

  it.each([
    'nope',
    '',
    '__proto__',
    'constructor',
    'toString',
    42,
    null,
    undefined,
    ['node.get'],
    { name: 'node.get' },
  ])('answers the unknown name %j with a failure and asks the engine nothing', async (name) => {
    const engine = plantedEngine();
    const reply = await createDispatch(engine, readableLog())(name, undefined, IN_FRONT);
    expect(reply).toMatchObject({ ok: false, failure: { code: 'contract.unknown-request', category: 'invalid' } });
    expect(engine.asked).toEqual([]);
  });

  it('says where input is wrong and what belongs there, without repeating what stood there', async () => {
    const engine = plantedEngine();
    const reply = await createDispatch(engine, readableLog())('work.list', { limit: 201, before: SECRET }, IN_FRONT);
    expect(reply).toMatchObject({ ok: false, failure: { code: 'contract.invalid-input', category: 'invalid' } });
    const message = reply.ok ? '' : reply.failure.message;
    expect(message).toMatch(/^Please check .*before \(.*expected number.*limit \(.*200.*\)\.$/);
    expect(JSON.stringify(reply)).not.toContain(SECRET);
    expect(engine.asked).toEqual([]);
  });

  it('asks the engine nothing where whoever asks should be in front of the computer and is not', async () => {
    const engine = plantedEngine();
    const demanded: string[] = [];
    const afar: Asker = {
      demandInFront(name) {
        demanded.push(name);
        throw new ConfirmAtTheComputer('123456', 'hearth confirm 123456', 1);
      },
    };
    const dispatch = createDispatch(engine, readableLog());
    const codes: unknown[] = [];
    for (const name of requestNames) {
      const reply = await dispatch(name, inputs[name], afar);
      if (!reply.ok) codes.push(reply.failure.code);
    }
    expect(demanded).toEqual(OWNERS_ALONE);
    expect(codes).toEqual(OWNERS_ALONE.map(() => 'face.confirm-at-the-computer'));
    expect(engine.asked.map(({ name }) => name)).toEqual(requestNames.filter((name) => !OWNERS_ALONE.includes(name)));
  });

  it.each([
    ['settings.set', { path: 'node.name', value: 'attic' }, false],
    ['settings.set', { path: 'networks.iicp.operatorSeed', value: '' }, true],
    ['settings.set', { path: 'networks.iicp.operatorHmacKey', value: '' }, true],
    ['backup.discard', { name: 'hearth-1.hearth-backup' }, true],
    ['backup.discard', { name: 'received-1.hearth-backup' }, false],
  ])('judges %s by what is asked: %j', async (name, input, inFront) => {
    let demanded = false;
    const asker: Asker = {
      demandInFront() {
        demanded = true;
      },
    };
    await createDispatch(plantedEngine(), readableLog())(name, input, asker);
    expect(demanded).toBe(inFront);
  });

  it('holds back an answer that does not fit, and logs the place but not the value', async () => {
    const log = readableLog();
    const engine = { handle: async () => ({ ...answers['node.get'], revision: SECRET }) };
    const reply = await createDispatch(engine, log)('node.get', undefined, IN_FRONT);
    expect(reply).toMatchObject({ ok: false, failure: { code: 'contract.invalid-output', category: 'broken' } });
    expect(log.lines).toMatchObject([{ level: 'error', fields: { request: 'node.get', paths: ['revision'] } }]);
    expect(JSON.stringify([reply, log.lines])).not.toContain(SECRET);
  });

  it('passes the fields of an error of ours and leaves its cause behind', async () => {
    const log = readableLog();
    const engine = {
      handle: () =>
        Promise.reject(
          new HearthError({
            code: 'storage.busy',
            category: 'exhausted',
            message: 'Wait a little.',
            details: { queue: 9 },
            retryAfterMs: 250,
            cause: new Error(SECRET),
          }),
        ),
    };
    expect(await createDispatch(engine, log)('node.get', undefined, IN_FRONT)).toEqual({
      ok: false,
      failure: {
        code: 'storage.busy',
        category: 'exhausted',
        message: 'Wait a little.',
        details: { queue: 9 },
        retryAfterMs: 250,
      },
    });
    expect(log.lines).toEqual([]);
  });

  it('turns an error nobody foresaw into one sentence, and logs it', async () => {
    const log = readableLog();
    const thrown = new TypeError(SECRET);
    const engine = { handle: () => Promise.reject(thrown) };
    const reply = await createDispatch(engine, log)('node.get', undefined, IN_FRONT);
    expect(reply).toMatchObject({
      ok: false,
      failure: { code: 'internal.unexpected', category: 'broken', details: {} },
    });
    expect(JSON.stringify(reply)).not.toContain(SECRET);
    expect(log.lines).toMatchObject([{ level: 'error', fields: { request: 'node.get', error: thrown } }]);
  });
});
