// The log of steps in words, without the names that programs have for them.
import { expect, it } from 'vitest';
import { factWords } from '../../../src-renderer/parts/inbound/steps.tsx';
import { speak } from './speech.ts';

it.each([
  ['en', 'way=pcp port=9484 seconds=7200', 'by pcp, port 9484, seconds granted 7200'],
  ['de', 'way=pcp port=9484 seconds=7200', 'durch pcp, Port 9484, gewährte Sekunden 7200'],
  ['en', 'v4=11.0.0.1 nobody_knows=a=b', 'IPv4 11.0.0.1, nobody_knows a=b'],
  ['en', '', ''],
] as const)('tells in %s what %j is about', async (code, facts, words) => {
  const { t } = await speak(code);
  expect(factWords(facts, t)).toBe(words);
});
