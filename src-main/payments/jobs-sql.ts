// The only places in which the ledger's SQL looks into tables of work/: by the number of a job, and never for more than this.

/** What a job did, for statements that group many entries: a LEFT JOIN, and its columns. Empty where it is not known any more. */
export const WITH_JOB = 'LEFT JOIN tasks t ON t.id = l.job';
export const INTENT = "coalesce(t.intent, '')";
export const MODEL = "coalesce(t.model, '')";

/** The same as a subquery, for statements that look at few. */
export const intentOf = (job: string) => `coalesce((SELECT t.intent FROM tasks t WHERE t.id = ${job}), '')`;
export const modelOf = (job: string) => `coalesce((SELECT t.model FROM tasks t WHERE t.id = ${job}), '')`;

/** Of a claim `c`: the id that its sender gave the task, and what was done. */
export const CLAIMED_JOB = 'JOIN tasks t ON t.id = c.task JOIN outcomes o ON o.task = c.task';
export const CLAIMED_REF = 'JOIN tasks t ON t.id = c.task';
