import { z } from 'zod';
import { setting } from './define.ts';

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
    z
      .string()
      .trim()
      .min(1)
      .max(64)
      .regex(/^[A-Za-z][A-Za-z0-9_-]*$/, 'letters, digits, - and _, beginning with a letter'),
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
};
