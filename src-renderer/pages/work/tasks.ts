// The finished tasks as far as they were read, and where the user was in them: kept while other places are looked at.
import type { TaskFilter, TaskView } from '../../../src-preload/contract/work.ts';
import { engine } from '../../bridge/index.ts';
import { reportFailure } from '../../stores/alerts.ts';
import { createPages } from '../../stores/pages.ts';

export const tasks = createPages<TaskFilter, TaskView>({
  ask: (filter, before, limit) => engine().ask('work.list', { filter, limit, ...(before !== undefined && { before }) }),
  keyOf: ({ id }) => id,
  onFailure: reportFailure,
});

/** What the way back from a task leads to. */
export const left: { detail: string; task: number | undefined } = { detail: '', task: undefined };
