// The only places in which the ledger's SQL looks into tables of work/: by the number of a job, and never for more than this.

/** What a job did, for statements that group many entries: a LEFT JOIN, and its columns. Empty where it is not known any more. */
export const WITH_JOB = 'LEFT JOIN jobs j ON j.id = l.job LEFT JOIN inference i ON i.job = l.job';
export const INTENT = "coalesce(j.what, '')";
export const MODEL = "coalesce(i.model, '')";

/** The same as a subquery, for statements that look at few. */
export const intentOf = (job: string) => `coalesce((SELECT j.what FROM jobs j WHERE j.id = ${job}), '')`;
export const modelOf = (job: string) => `coalesce((SELECT i.model FROM inference i WHERE i.job = ${job}), '')`;

/** Of a claim `c`: the id that its sender gave the task, and what was done. */
export const CLAIMED_JOB =
  'JOIN jobs t ON t.id = c.task LEFT JOIN inference i ON i.job = c.task JOIN outcomes o ON o.job = c.task';
export const CLAIMED_REF = 'JOIN jobs t ON t.id = c.task';
