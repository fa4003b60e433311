import { generateKeyPairSync, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Terminal } from '../../../src-main/command/terminal.ts';
import { verifyDay } from '../../../src-main/command/verify-day.ts';
import { dayCardFiles } from '../../../src-main/engine/day-card.ts';
import { HandClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';

const AT = new Date(2026, 10, 20, 12).getTime();

async function files() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const signer = {
    nodeId: 'a-node',
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(12).toString('base64'),
    sign: (text: string) => sign(null, Buffer.from(text), privateKey).toString('base64'),
  };
  const power = { onMs: 3_600_000, openMs: 0, busyMs: 0, milliwattHours: null, cost: null };
  const total = { sums: [], work: [], power, left: null };
  const none = {
    tasks: 2,
    failed: 0,
    tokensIn: 0,
    tokensOut: 0,
    workMs: 0,
    sums: [],
    milliwattHours: null,
    cost: null,
    wear: null,
    left: null,
  };
  const accounting = {
    series: {
      take: async () => ({ by: 'day' as const, zone: 'UTC', points: [], total, states: [], through: 0, settled: 0 }),
    },
    net: async () => ({ rows: [], rest: none, total: none, data: { in: 0, out: 0 }, through: 0 }),
  };
  const deps = {
    clock: new HandClock(AT),
    accounting,
    settings: { get: () => null as never },
    signer,
    refusedToday: 1,
  };
  return dayCardFiles(deps as unknown as Parameters<typeof dayCardFiles>[0], AT);
}

function heard() {
  const lines: string[] = [];
  return { lines, terminal: { print: (line: string) => lines.push(line) } as unknown as Terminal };
}

describe('hearth verify-day', () => {
  it('tells what a card says and that it holds, from either file', async () => {
    const { name, json, text } = await files();
    expect(name).toBe('hearth-day-2026-11-20');
    for (const content of [json, text]) {
      const file = join(temporaryFolder(), 'card');
      writeFileSync(file, content);
      const { lines, terminal } = heard();
      expect(await verifyDay(file, false, terminal)).toBe(0);
      expect(lines[0]).toMatch(/^A day of a Hearth node: 2026-11-20/);
      expect(lines).toContain('Tasks: 2 done, 0 failed, 1 refused');
      expect(lines.at(-1)).toMatch(/^The signature holds/);
      const other = heard();
      expect(await verifyDay(file, true, other.terminal)).toBe(0);
      expect(JSON.parse(other.lines[0]!)).toMatchObject({ holds: true, card: { node: 'a-node' } });
    }
  });

  it('ends otherwise where anything was changed, or there is no such file', async () => {
    const file = join(temporaryFolder(), 'card');
    writeFileSync(file, (await files()).json.replace('"failed": 0', '"failed": 1'));
    const { lines, terminal } = heard();
    await expect(verifyDay(file, false, terminal)).rejects.toMatchObject({ code: 'day-card.signature' });
    await expect(verifyDay(`${file}x`, false, terminal)).rejects.toMatchObject({ code: 'command.no-file' });
    writeFileSync(file, ' '.repeat(300_000));
    await expect(verifyDay(file, false, terminal)).rejects.toThrow('too large');
    expect(lines).toEqual([]);
  });
});
