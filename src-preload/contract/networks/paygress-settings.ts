// What can be set of Paygress.

import { z } from 'zod';
import { setting, withoutUser } from '../settings/define.ts';

const Relay = z
  .url({ protocol: /^wss?$/, error: 'expected the address of a relay, wss://…' })
  .max(512)
  .refine(withoutUser, 'an address must not hold a user name or a password');
const Port = z.number().int().min(1024).max(65_535);
/** What a customer types behind "ssh root@": a name, or an address of either kind. */
const Host = z.union([
  z.literal(''),
  z.ipv4(),
  z.ipv6(),
  z
    .string()
    .max(253)
    .regex(
      /^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*$/,
      'a name or an IP address',
    ),
]);

/** One machine on offer. */
export const PaygressSpec = z.object({
  id: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[a-z0-9][a-z0-9-]*$/, 'small letters, digits and "-"'),
  name: z.string().trim().min(1).max(100),
  description: z.string().trim().max(500),
  cpuMillicores: z.number().int().min(100).max(256_000),
  memoryMiB: z.number().int().min(64).max(1_048_576),
  diskMiB: z.number().int().min(64).max(104_857_600),
  /** With the graphics cards, and so much of their memory claimed; left out: without any. */
  gpuMiB: z.number().int().min(1).max(1_048_576).optional(),
  /** Thousandths of a satoshi for each second. */
  rateMsat: z.number().int().min(1).max(1_000_000_000),
});
export type PaygressSpec = z.infer<typeof PaygressSpec>;

export const paygressSettings = {
  'networks.paygress.enabled': setting(
    z.boolean(),
    false,
    'Join Paygress: sell containers on this computer by the second, for ecash.',
  ),
  'networks.paygress.relays': setting(
    z.array(Relay).min(1).max(16),
    ['wss://relay.damus.io', 'wss://nos.lol'],
    'The Nostr relays through which customers find this computer and write to it.',
  ),
  'networks.paygress.name': setting(
    z.string().trim().max(100),
    '',
    'The name that customers see. Empty: three words that follow from the key.',
  ),
  'networks.paygress.location': setting(
    z.string().trim().max(100),
    '',
    'Where this computer is, as far as customers are to know. Empty: they are not told.',
  ),
  'networks.paygress.specs': setting(
    z
      .array(PaygressSpec)
      .max(16)
      .refine((specs) => new Set(specs.map(({ id }) => id)).size === specs.length, 'each id may be there once'),
    [],
    'The machines on offer, with what each costs a second in thousandths of a satoshi. With gpuMiB, a machine gets the graphics cards, which no other one does.',
  ),
  'networks.paygress.leastSeconds': setting(
    z.number().int().min(1).max(86_400),
    60,
    'The shortest time that is sold, in seconds.',
  ),
  'networks.paygress.address': setting(
    Host,
    '',
    'The name or address at which customers reach this computer from outside. Empty: nothing is sold.',
  ),
  'networks.paygress.portFrom': setting(
    Port,
    31_000,
    'The first port that customers may get. The router has to let all of them through to this computer.',
  ),
  'networks.paygress.portTo': setting(Port, 31_099, 'The last port that customers may get.'),
  'networks.paygress.routerPorts': setting(
    z.boolean(),
    false,
    'Have the router open the ports of a machine while it is rented, to the whole Internet. A machine whose ports it does not open is not sold.',
  ),
  'networks.paygress.http': setting(
    z.boolean(),
    false,
    'Sell over HTTP as well: /offers, /pods/spawn and /pods/topup. It speaks no TLS, so put a proxy in front of it that does.',
  ),
  'networks.paygress.httpBind': setting(
    z.union([z.ipv4(), z.ipv6()]),
    '127.0.0.1',
    'The address to listen at for HTTP. Beyond this computer, tokens and passwords travel in the open.',
  ),
  'networks.paygress.httpPort': setting(Port, 8402, 'The port to listen at for HTTP.'),
  'networks.paygress.httpUrl': setting(
    z.union([
      z.literal(''),
      z
        .url({ protocol: /^https?$/, error: 'expected an address, https://…' })
        .max(512)
        .refine(withoutUser, 'an address must not hold a user name or a password'),
    ]),
    '',
    'The address at which customers reach it over HTTP, as the offer tells them. Empty: they are not told.',
  ),
};
