import { z } from 'zod';
import { setting } from './define.ts';

const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day as HH:MM, for example 08:00');

/** A daily window in local time, both ends inclusive; an end before the start runs over midnight. */
export const AvailabilityWindow = z.strictObject({
  start: Clock,
  end: Clock,
  share: z.number().min(0).max(1).default(1),
});
export type AvailabilityWindow = z.infer<typeof AvailabilityWindow>;

export const nodeSettings = {
  'node.name': setting(
    z
      .string()
      .trim()
      .max(64)
      .regex(/^[^\p{Cc}]*$/u, 'no control characters'),
    '',
    'A name for this computer, shown to you alone.',
  ),
  'node.sharing': setting(z.boolean(), true, 'The big switch. Off: no new tasks are taken, running ones finish.'),
  'node.region': setting(
    z.string().trim().min(1).max(64),
    'unknown',
    'Where this computer is, as networks name regions, for example eu-central.',
  ),
  'capacity.maxConcurrent': setting(
    z.number().int().min(0).max(256),
    4,
    'How many tasks may run at once, over all networks. 0 takes none.',
  ),
  'capacity.tokensPerMinute': setting(
    z.number().int().min(1).max(100_000_000),
    10_000,
    'Tokens a minute, declared to networks as a guide for how much to send.',
  ),
  'capacity.maxTokens': setting(
    z.number().int().min(1).max(10_000_000),
    8192,
    'The most tokens one task may ask for; a request for more gets this many.',
  ),
  'availability.windows': setting(
    z.array(AvailabilityWindow).max(64),
    [],
    'Daily windows in local time as [{"start":"08:00","end":"22:00","share":1}]; outside all of them half the capacity. None: always.',
  ),
};
