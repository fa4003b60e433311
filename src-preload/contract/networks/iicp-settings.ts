import { z } from 'zod';
import { NatType, TransportMethod } from '../reachability.ts';
import { setting, withoutUser } from '../settings/define.ts';
import { ModelPrice, Multiplier, PricingModel } from '../settings/pricing.ts';

const HttpUrl = z
  .url({ protocol: /^https?$/, error: 'expected an http or https address' })
  .max(255)
  .refine(withoutUser, 'an address must not hold a user name or a password');

/** A moment with its zone, such as 2026-12-01T00:00:00Z. */
const Moment = z.iso.datetime({ offset: true, error: 'expected a moment such as 2026-12-01T00:00:00Z' }).max(40);

export const iicpSettings = {
  'networks.iicp.enabled': setting(
    z.boolean(),
    false,
    'Join IICP: answer AI tasks that strangers send, found through a directory.',
  ),
  'networks.iicp.directoryUrl': setting(
    HttpUrl.overwrite((url) => url.replace(/\/+$/, '')),
    'https://iicp.network/api',
    'The directory that lists this node.',
  ),
  'networks.iicp.endpoint': setting(
    z.union([z.literal(''), HttpUrl]),
    '',
    'The public address others reach this node at. Empty: found out by itself. One that is set wins.',
  ),
  'networks.iicp.transportMethod': setting(
    z.union([z.literal('auto'), TransportMethod]),
    'auto',
    'How others reach this node, as the directory gets it; auto: as it was found out.',
  ),
  'networks.iicp.natType': setting(
    z.union([z.literal('auto'), NatType]),
    'auto',
    'What kind of address translation stands before this node, as the directory gets it; auto: as it was found out.',
  ),
  'networks.iicp.bind': setting(
    z.union([z.ipv4(), z.ipv6(), z.literal('localhost')]),
    '::',
    'The local address the task server listens on; :: is all of them, by IPv6 and IPv4.',
  ),
  'networks.iicp.port': setting(
    z.number().int().min(0).max(65535),
    9484,
    'The port the task server listens on; 0 takes a free one. Until it is set, the next free one is taken where 9484 is in use.',
  ),
  'networks.iicp.redirectHosts': setting(
    z.array(z.string().trim().toLowerCase().min(1).max(253)).max(16),
    [],
    'Hosts that the directory may send this node to, besides its own, as name or name:port; they are given the node token.',
  ),
  'networks.iicp.maxBodyMiB': setting(
    z.number().int().min(1).max(32),
    16,
    'The largest task that is read, in MiB. Pictures and sound come inline.',
  ),
  'networks.iicp.cors': setting(
    z.boolean(),
    false,
    'Let web pages of any site send tasks from a browser. Off: only programs can.',
  ),
  'networks.iicp.defaultIntent': setting(
    z
      .string()
      .regex(
        /^urn:iicp:intent:[a-z0-9_-]+(:[a-z0-9_-]+)+:v\d+$/,
        'expected an intent such as urn:iicp:intent:llm:chat:v1',
      ),
    'urn:iicp:intent:llm:chat:v1',
    'What models are offered for in the first place, if they can do that.',
  ),
  'networks.iicp.operatorHmacKey': setting(
    z.string().max(128),
    '',
    'A key of your own for signing, in place of the one the directory gives, unless it takes only its own.',
    { secret: true },
  ),
  'networks.iicp.credits': setting(
    z.boolean(),
    true,
    'Hand the directory a signed receipt for each task that was done, and be credited for it. Off: nothing is claimed.',
  ),
  'networks.iicp.atStop': setting(
    z.enum(['auto', 'stay', 'leave']),
    'auto',
    'What becomes of this node’s place in the directory when you stop Hearth: leave gives it up with its reputation, stay keeps it, auto gives it up unless credits are there or on their way. A restart keeps it always.',
  ),
  'networks.iicp.idempotency': setting(z.boolean(), false, 'Refuse a task id that was seen in the last five minutes.'),
  'networks.iicp.operator': setting(
    z.boolean(),
    false,
    'Tell the directory whose node this is, with a key that vouches for it; made here unless one is given.',
  ),
  'networks.iicp.operatorName': setting(
    z
      .string()
      .trim()
      .max(64)
      .regex(/^[^\p{Cc}]*$/u, 'no control characters'),
    '',
    'The name under which the directory shows the operator, to everybody; empty: none.',
  ),
  'networks.iicp.operatorSeed': setting(
    z.string().regex(/^$|^[A-Za-z0-9+/]{43}=$/, '32 bytes in base64, 44 characters with the last one ='),
    '',
    'The key that vouches for your other nodes, as 32 bytes in base64. Empty: the one held, or one that is made.',
    { secret: true },
  ),
  'networks.iicp.operatorSince': setting(
    z.union([z.literal(''), z.iso.datetime()]),
    '',
    'When that key was made, as your other nodes tell it, for example 2026-01-01T00:00:00Z. Empty: when it came here.',
  ),
  'networks.iicp.requireToken': setting(
    z.boolean(),
    false,
    'Take tasks only from callers with a token that the directory has signed for this node, or with its own token. Common clients have none.',
  ),
  'networks.iicp.cooperation': setting(
    z.boolean(),
    false,
    'Apply the rules for cooperative inference, where other nodes send parts of work they have split. Off: a part is a task like any other.',
  ),
  'networks.iicp.cooperationWorker': setting(
    z.boolean(),
    false,
    'With cooperative inference: take such parts. Off: they are refused.',
  ),
  'networks.iicp.cooperationAtOnce': setting(
    z.number().int().min(1).max(256),
    2,
    'With cooperative inference: parts that may run at once.',
  ),
  'networks.iicp.cooperationSeconds': setting(
    z.number().int().min(1).max(60),
    30,
    'With cooperative inference: the longest a part may take, in seconds.',
  ),
  'networks.iicp.mesh': setting(
    z.boolean(),
    false,
    'Exchange peers: tell other nodes of this one and of those that answered it, and ask them for the same.',
  ),
  'networks.iicp.relayUse': setting(
    z.union([
      z.literal(['off', 'auto']),
      z
        .string()
        .max(260)
        .regex(/^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?$/, 'expected a relay as host:port, or auto, or off'),
    ]),
    'off',
    'Where nothing leads in, let a relay pass sealed tasks on to this node: auto chooses one, host:port names it. It sees when and how much, not what.',
  ),
  'networks.iicp.relayServe': setting(
    z.boolean(),
    false,
    'Be a relay: pass tasks on to nodes that can’t be reached otherwise. It costs bandwidth and earns nothing.',
  ),
  'networks.iicp.relayPort': setting(
    z.number().int().min(0).max(65535),
    9485,
    'The port on which a relay takes in the nodes it passes tasks on to; 0 takes a free one.',
  ),
  'networks.iicp.relayTickets': setting(
    z.boolean(),
    false,
    'As a relay, take in only nodes with a ticket that the directory signed.',
  ),
  'networks.iicp.metrics': setting(
    z.boolean(),
    false,
    'Answer GET /metrics with counters for Prometheus: tasks, their times, tokens. All who reach this node can read them.',
  ),
  'pricing.iicp.multiplier': setting(
    Multiplier,
    1,
    'What a task costs at this node, as a multiple of the usual price: 1 is usual, 0 is free, at most 1000.',
  ),
  'pricing.iicp.model': setting(
    PricingModel,
    'per_token',
    'What the price is for: per_token, per_request, or flat, a fixed price a task.',
  ),
  'pricing.iicp.models': setting(
    z.array(ModelPrice).max(64),
    [],
    'Other prices for single models, as [{"model":"qwen2.5:7b","multiplier":1.5}]. The directory gets the highest of those offered.',
  ),
  'pricing.iicp.sign': setting(
    z.boolean(),
    false,
    'Sign the declared price with this node’s key, so that others can see that it is the node’s own.',
  ),
  'pricing.iicp.from': setting(
    Moment.nullable(),
    null,
    'From when the price holds, as 2026-12-01T00:00:00Z; null: at once. Before it the usual price holds.',
  ),
  'pricing.iicp.until': setting(
    Moment.nullable(),
    null,
    'Until when the price holds, as 2026-12-31T00:00:00Z; null: for good. After it the usual price holds.',
  ),
};
