// How IICP is set up beside what its user has set.

import type { TicketRules } from './relay/tickets.ts';

export interface IicpOptions {
  readonly version: string;
  /** Heartbeat interval before a directory asks for another one; the protocol's 30 s. */
  readonly beatMs: number;
  /** Speak native framing beside HTTP, and say so. */
  readonly native?: boolean;
  /** What a relay asks of its workers beside the user's settings. */
  readonly relayTickets?: TicketRules | undefined;
  /** Requests of one web page in a minute, where it is not the usual number. */
  readonly perOrigin?: number | undefined;
  /** Tunnels that lead here, the preferred one first; `none`: no tunnel is to be used. */
  readonly tunnels?: readonly string[] | 'none' | undefined;
  /** Where the log files of the official nodes are written, where that is not the folder of the node's logs. */
  readonly logDir?: string | undefined;
  /** The endpoint of a practice node, from the port it got; it is registered although it is local. */
  readonly localEndpoint?: ((port: number) => string) | undefined;
}
