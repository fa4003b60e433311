import { z } from 'zod';
import { setting } from './define.ts';

const HttpUrl = z.url({ protocol: /^https?$/, error: 'an http or https address' }).max(255);

export const iicpSettings = {
  'networks.iicp.enabled': setting(
    z.boolean(),
    false,
    'Join IICP: answer AI tasks that strangers send, found through a directory.',
  ),
  'networks.iicp.directoryUrl': setting(HttpUrl, 'https://iicp.network/api', 'The directory that lists this node.'),
  'networks.iicp.endpoint': setting(
    z.union([z.literal(''), HttpUrl]),
    '',
    'The public address others reach this node at. Empty: none yet, the node is not listed.',
  ),
  'networks.iicp.bind': setting(
    z.union([z.ipv4(), z.ipv6(), z.literal('localhost')]),
    '0.0.0.0',
    'The local address the task server listens on.',
  ),
  'networks.iicp.port': setting(
    z.number().int().min(0).max(65535),
    9484,
    'The port the task server listens on. 0 takes a free one.',
  ),
  'networks.iicp.defaultIntent': setting(
    z
      .string()
      .regex(/^urn:iicp:intent:[a-z0-9_-]+(:[a-z0-9_-]+)+:v\d+$/, 'an intent such as urn:iicp:intent:llm:chat:v1'),
    'urn:iicp:intent:llm:chat:v1',
    'What models are offered for, unless their name says that they embed.',
  ),
  'networks.iicp.operatorHmacKey': setting(
    z.string().max(256),
    '',
    'A key of your own for signing, in place of the one the directory gives.',
    { secret: true },
  ),
  'networks.iicp.idempotency': setting(z.boolean(), false, 'Refuse a task id that was seen in the last five minutes.'),
};
