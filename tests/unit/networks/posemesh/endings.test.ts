// Every code with which a job can end, held against the sentences that its page shows for it: none goes without words, and none without
// what helps.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { endings } from '../../../../src-renderer/networks/posemesh/ended.ts';
import { endingWords } from '../../../../src-renderer/networks/posemesh/ending-words.ts';

/** What happens before a job runs or beside it, and never ends one. */
const BESIDE: ReadonlySet<string> = new Set([
  'posemesh.key-invalid',
  'posemesh.dms-garbled',
  'posemesh.token-over',
  'posemesh.no-secret',
  'posemesh.no-runner',
  'posemesh.no-address',
  'posemesh.too-little-lent',
  'runners.no-image',
  'runners.busy',
  'runners.stopped',
]);
/** Made of who is spoken to and of how the job could not begin; where jobs are done the domain server alone is spoken to. */
const COMPOSED: Readonly<Record<string, readonly string[]>> = {
  'posemesh.-unreachable': ['posemesh.domain-unreachable'],
  'posemesh.-refused': ['posemesh.domain-refused'],
  'posemesh.-garbled': ['posemesh.domain-garbled'],
  'posemesh.input-': ['posemesh.input-address', 'posemesh.input-foreign-origin', 'posemesh.input-foreign-domain'],
  'posemesh.result-': ['too-many', 'no-file', 'changed', 'over'].map((why) => `posemesh.result-${why}`),
  'posemesh.setup-': ['start-session', 'initial-heartbeat', 'build-ports'].map((stage) => `posemesh.setup-${stage}`),
  'posemesh.port-': [],
};
const JOBS = ['errors.ts', 'causes.ts', 'dms', 'jobs', 'storage'].map((name) => `src-main/networks/posemesh/${name}`);

function textsIn(path: string): string[] {
  if (path.endsWith('.ts')) return [readFileSync(path, 'utf8')];
  return readdirSync(path).map((name) => readFileSync(join(path, name), 'utf8'));
}

const found = [...JOBS, 'src-main/backends/runners/errors.ts'].flatMap(textsIn).flatMap((text) =>
  [...text.matchAll(/(['`])((?:posemesh|runners)\.[^\n]+?)\1/g)].flatMap(([, , code = '']) => {
    const fixed = code.replaceAll(/\$\{.*?\}/g, '');
    return fixed === code ? [code] : (COMPOSED[fixed] ?? [`no rule for ${code}`]);
  }),
);
const codes = [...new Set(found)].filter((code) => !BESIDE.has(code)).sort();

it('says of each how it came and what helps, in every language', () => {
  expect(codes).toEqual(Object.keys(endings).sort());
  for (const texts of Object.values(endingWords)) {
    const said = Object.values(endings).map((ending) => texts[ending]);
    // The first says how it came, the last what helps.
    expect(said.filter((text) => (text.match(/[.;]( |$)/g)?.length ?? 0) < 2)).toEqual([]);
  }
});
