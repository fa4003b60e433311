// The same in a test, which stops it.
import { onTestFinished } from 'vitest';
import { type FindingNode, type FindingOptions, startFinding } from './fips-finding.ts';
import { type Life, testPool, testSigner } from './nostr.ts';

/** `db`: of an earlier run. */
export async function findingNode(options: FindingOptions & Pick<Life, 'db'>): Promise<FindingNode> {
  const signer = await testSigner(Buffer.alloc(32, options.secret).toString('hex'));
  const pool = testPool({ signer, ...(options.db && { db: options.db }) });
  const node = await startFinding(options, { pool, signer });
  onTestFinished(() => node.stop());
  return node;
}
