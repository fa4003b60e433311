import { z } from 'zod';
import { setting, withoutUser } from './define.ts';

const StunServer = z
  .string()
  .trim()
  .max(255)
  .regex(/^(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?):\d{1,5}$/i, 'expected a server as host:port');

const ProberUrl = z
  .url({ protocol: /^https?$/, error: 'expected an http or https address' })
  .max(255)
  .refine(withoutUser, 'an address must not hold a user name or a password');

export const reachabilitySettings = {
  'reachability.enabled': setting(
    z.boolean(),
    true,
    'Ask the home router to let in what joined networks send; asked only while a network that needs it is on.',
  ),
  'reachability.renewMinutes': setting(
    z.number().int().min(1).max(30),
    30,
    'Ask the router at least this often to keep the port open, in minutes. It is asked sooner where it grants less.',
  ),
  'reachability.stunServers': setting(
    z.array(StunServer).max(8),
    ['stun.l.google.com:19302', 'stun.cloudflare.com:3478', 'stun.nextcloud.com:3478'],
    'Servers that tell this computer which address it is seen from, as host:port; none are asked before a network is on.',
  ),
  'reachability.tunnels': setting(
    z.boolean(),
    true,
    'Use a tunnel that already runs on this computer (cloudflared, ngrok, Tailscale Funnel) where the router does not help.',
  ),
  'reachability.witness': setting(
    z.union([z.literal(''), ProberUrl]),
    '',
    'A second Hearth of yours at another place, as http://host:port: it tries from outside whether this one is reached. Empty: only the directory does.',
  ),
  'reachability.witnessForOthers': setting(
    z.boolean(),
    false,
    'Try for other nodes whether they can be reached: a caller is called back at its own address, and at no other.',
  ),
};
