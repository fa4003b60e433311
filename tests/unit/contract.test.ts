// Walks the contract: whatever is in it has its other half on both sides.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHandlers, type HandlerDeps } from '../../src-main/engine/handlers.ts';
import type { SliceMakers } from '../../src-main/engine/slices.ts';
import { pushes, requests } from '../../src-preload/contract/index.ts';
import { pushNames, requestNames } from '../../src-preload/contract/names.ts';
import type { SettingDefinition } from '../../src-preload/contract/settings/define.ts';
import { settings } from '../../src-preload/contract/settings/index.ts';
import type { Client } from '../../src-renderer/bridge/client.ts';
import { startFeeds } from '../../src-renderer/bridge/feed.ts';
import { connectionStore } from '../../src-renderer/stores/connection.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** The engine's slices; the compiler asks for a new one here, and for one that is gone. */
const slices = Object.keys({
  node: true,
  availability: true,
  backends: true,
  runners: true,
  boxes: true,
  rehearsal: true,
  work: true,
  earnings: true,
  networks: true,
  reachability: true,
  settings: true,
  desktop: true,
  backup: true,
} satisfies Record<keyof SliceMakers, true>);

describe('the contract', () => {
  it('names exactly what it defines', () => {
    expect([...requestNames].sort()).toEqual(Object.keys(requests).sort());
    expect([...pushNames].sort()).toEqual(Object.keys(pushes).sort());
    expect([new Set(requestNames).size, new Set(pushNames).size]).toEqual([requestNames.length, pushNames.length]);
  });

  it('has a handler for each request and no other', () => {
    const handlers = createHandlers({} as HandlerDeps);
    expect(Object.keys(handlers).sort()).toEqual([...requestNames].sort());
  });

  it('has a slice for each push, and a request that brings the same slice', () => {
    expect(slices.map((name) => `${name}.changed`).sort()).toEqual([...pushNames].sort());
    const outputs = slices.map((name) => requests[`${name}.get` as keyof typeof requests].output);
    const given = slices.map((name) => pushes[`${name}.changed` as keyof typeof pushes]);
    const shape = (schema: object) => Object.keys((schema as { shape: object }).shape);
    expect(outputs.map(shape)).toEqual(given.map(shape));
  });
});

describe('the pages', () => {
  const connecting = () => connectionStore.setState({ connection: { state: 'connecting' } });
  beforeEach(connecting);
  afterEach(connecting);

  it('have a store for each push, filled by its snapshot and its changes', async () => {
    const asked: string[] = [];
    const heard = new Set<string>();
    const client = {
      // Never answered: other tests may use the same stores after this one.
      ask: (name: string) => {
        asked.push(name);
        return new Promise(() => {});
      },
      on: (name: string) => {
        heard.add(name);
        return () => heard.delete(name);
      },
    } as unknown as Client;
    const stop = startFeeds(client);
    expect([...heard].sort()).toEqual([...pushNames].sort());
    connectionStore.setState({ connection: { state: 'open' } });
    expect(asked.sort()).toEqual(slices.map((name) => `${name}.get`).sort());
    for (const name of slices) {
      const module = (await import(`../../src-renderer/stores/${name}.ts`)) as Record<string, unknown>;
      expect(Object.keys(module)).toContain(`${name}Store`);
    }
    stop();
    expect([...heard]).toEqual([]);
  });
});

describe('the preload', () => {
  const source = readFileSync(join(ROOT, 'src-preload/index.ts'), 'utf8');

  it('imports the names alone, and types, which leave nothing behind', () => {
    const imports = [...source.matchAll(/^import (type )?[^;]* from '([^']+)';$/gm)];
    const real = imports.filter(([, type]) => type === undefined).map(([, , from]) => from);
    expect(real).toEqual(['electron', './contract/names.ts']);
    expect(readFileSync(join(ROOT, 'src-preload/contract/names.ts'), 'utf8')).not.toMatch(/^import /m);
  });

  const built = join(ROOT, 'build/app/preload/index.cjs');
  it.skipIf(!existsSync(built))('is under 1 kB as built, without its comments and the names', () => {
    const comments = /^\s*\/\/.*$|\/\*\*[\s\S]*?\*\//gm;
    const names = /^\s*"[\w.]+",?$/gm;
    const code = readFileSync(built, 'utf8').replace(comments, '').replace(names, '');
    expect(statSync(built).size).toBeGreaterThan(100);
    expect(Buffer.byteLength(code)).toBeLessThan(1024);
    expect([...code.matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name)).toEqual(['electron']);
  });
});

describe('each setting', () => {
  const all = Object.entries(settings) as [string, SettingDefinition][];

  it.each(all)('%s says in a sentence what it is for', (_path, { about }) => {
    expect(about).toMatch(/^[A-Z].{15,250}\.$/s);
    expect(about).not.toMatch(/\n|\s{2}/);
  });

  it.each(all)('%s begins with a value that it would take', (_path, { schema, initial }) => {
    expect(schema.safeParse(initial)).toEqual({ success: true, data: initial });
    expect(JSON.parse(JSON.stringify(initial))).toEqual(initial);
  });

  it.each(all)('%s has a path of plain words and takes no odd value', (path, { schema }) => {
    expect(path).toMatch(/^[a-z]+(\.[a-z]+)?\.[a-zA-Z]+$/);
    for (const odd of [undefined, { odd: true }, Symbol('odd'), Number.NaN]) {
      expect(schema.safeParse(odd).success).toBe(false);
    }
  });
});
