import { z } from 'zod';
import { Time } from '../define.ts';
import { NetworkId } from '../networks/index.ts';
import { setting } from './define.ts';

/** How far the user has come in the first run; the pages keep it, the engine only holds it. */
export const setupSettings = {
  'setup.done': setting(
    z.boolean(),
    false,
    'Whether the first run is over. Off: the pages of an empty node open with it.',
  ),
  'setup.step': setting(
    z.string().regex(/^[a-z]{0,32}$/, 'the name of a step, in small letters'),
    '',
    'The step of the first run that was looked at last; empty: not begun.',
  ),
  'setup.networks': setting(
    z.array(NetworkId).max(16).nullable(),
    null,
    'Networks ticked in the first run, to be joined once sharing starts there; null: none was ticked or unticked.',
  ),
  'setup.consents': setting(
    z.array(z.strictObject({ network: NetworkId, version: z.number().int().min(1), at: Time })).max(16),
    [],
    'Which wording of what a network sends, costs and sees was agreed to, and when, in epoch milliseconds.',
  ),
};
