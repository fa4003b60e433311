// What lets questions about a million finished jobs be answered without going through them: of each full block of outcomes,
// what kinds of jobs are in it, and what was done in each quarter of an hour. Written once, in the commit of the block's last
// outcome.

import { QUARTER_MS } from '../base/quarter.ts';

/** Outcomes in a block: number 1 to 128, 129 to 256 and so on. Small, for a page may have to look into fifty of them. */
export const BLOCK = 128;

const OUTCOMES = `FROM outcomes o CROSS JOIN jobs j ON j.id = o.job LEFT JOIN inference i ON i.job = o.job`;

/** A job without inference has no model and no server, and is neither sealed nor plain. */
export const NOT_SEALABLE = -1;
const SEALED = `coalesce(i.sealed, ${NOT_SEALABLE})`;

const KINDS = (last: string) => `INSERT OR IGNORE INTO job_kinds (network, kind, what, model, backend, sealed, state)
    SELECT DISTINCT j.network, j.kind, j.what, coalesce(i.model, ''), coalesce(i.backend, ''), ${SEALED}, o.state
    ${OUTCOMES} WHERE o.seq BETWEEN ${last} - ${BLOCK - 1} AND ${last}`;

/** Writes down what kinds of jobs are in the block that ends with this outcome; its kinds are known already. */
export const BLOCK_KINDS = (last: string) => `INSERT INTO outcome_blocks (kind, last_seq, tasks, first_at, last_at)
    SELECT k.id, ${last}, count(*), min(o.finished_at), max(o.finished_at)
    ${OUTCOMES} CROSS JOIN job_kinds k ON k.network = j.network AND k.kind = j.kind
      AND k.what = j.what AND k.model = coalesce(i.model, '') AND k.backend = coalesce(i.backend, '')
      AND k.sealed = ${SEALED} AND k.state = o.state
    WHERE o.seq BETWEEN ${last} - ${BLOCK - 1} AND ${last} GROUP BY k.id`;

const QUARTERS = `INSERT INTO outcome_quarters (quarter, last_seq, network, done, failed, cancelled, tokens_in, tokens_out)
    SELECT o.finished_at / ${QUARTER_MS} AS quarter, NEW.seq, o.network, sum(o.state = 'done'),
      sum(o.state IN ('failed', 'timeout')), sum(o.state IN ('cancelled', 'interrupted', 'handed-back')),
      sum(coalesce(i.tokens_in, 0)), sum(coalesce(i.tokens_out, 0))
    FROM outcomes o LEFT JOIN inference i ON i.job = o.job
    WHERE o.seq BETWEEN NEW.seq - ${BLOCK - 1} AND NEW.seq GROUP BY quarter, o.network`;

/** What only inference has must be in the database before the outcome is. */
export const BLOCK_FULL = `CREATE TRIGGER outcome_block_full AFTER INSERT ON outcomes WHEN NEW.seq % ${BLOCK} = 0 BEGIN
        ${KINDS('NEW.seq')};
        ${BLOCK_KINDS('NEW.seq')};
        ${QUARTERS};
      END;`;
