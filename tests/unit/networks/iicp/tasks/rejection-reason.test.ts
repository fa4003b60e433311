import { describe, expect, it } from 'vitest';
import { reasonOf } from '../../../../../src-main/networks/iicp/tasks/rejection-reason.ts';
import * as wire from '../../../../../src-main/networks/iicp/tasks/wire.ts';
import { RefusalReason } from '../../../../../src-preload/contract/work.ts';

describe('why a task was turned away', () => {
  const table: [RefusalReason, ...wire.Refusal[]][] = [
    ['full', wire.full('batch')],
    ['busy', wire.draining('memory', 2), wire.draining('overloaded', 2), wire.draining('replay_memory', 2)],
    ['not-sharing', wire.draining('paused', 2), wire.draining('battery', 2), wire.draining('draining', 2)],
    ['no-server', wire.draining('backend_unavailable', 2), wire.draining('backend_cold', 2)],
    ['unknown-model', wire.unknownModel()],
    ['unknown-kind', wire.unknownIntent(), wire.toolDenied()],
    ['repeated', wire.replayed(), wire.duplicate()],
    ['not-allowed', wire.unauthorized(), wire.badSignature(), wire.notWorker()],
    ['too-often', wire.originLimited(60)],
    ['hurried', wire.tooHurried(900, 30)],
    ['unreadable', wire.notJson(), wire.badPayload('x'), wire.cantOpen(), wire.tooLarge(1), { status: 400, body: {} }],
  ];

  it.each(table)('%s', (reason, ...refusals) => {
    for (const refusal of refusals) expect(reasonOf(refusal)).toBe(reason);
  });

  it('has a refusal for every reason', () => {
    expect(table.map(([reason]) => reason).toSorted()).toEqual(RefusalReason.options.toSorted());
  });
});
