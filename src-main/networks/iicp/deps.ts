// What the rest of the node hands to IICP, and how it is set up.

import type { Database } from 'better-sqlite3';
import type { BackendKind } from '../../../src-preload/contract/settings/backends.ts';
import type { SettingPath } from '../../../src-preload/contract/settings/index.ts';
import type { AvailabilityAnswer } from '../../availability/availability.ts';
import type { CountedConnection } from '../../availability/data-use.ts';
import type { DailyWindow } from '../../availability/windows.ts';
import type { Offered } from '../../backends/pool.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import type { InboundMemory } from '../../inbound/memory.ts';
import type { Claims } from '../../payments/claims.ts';
import type { InboundAddresses } from '../../reachability/inbound.ts';
import type { Committer } from '../../storage/write.ts';
import type { Capacity } from '../../work/capacity.ts';
import type { WorkStore } from '../../work/store.ts';
import type { Work } from '../../work/work.ts';
import type { Vault } from './identity/identity.ts';
import type { JournalDeps } from './observe/journal.ts';
import type { TicketRules } from './relay/tickets.ts';
import type { ReadSettings } from './settings.ts';
import type { ModelServers } from './tasks/admission.ts';

export interface IicpDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly read: Database;
  readonly vault: Vault;
  readonly settings: ReadSettings & {
    isSet(path: SettingPath): boolean;
    onChange(listener: (path: SettingPath) => void): () => void;
  };
  readonly availability: { answer(): AvailabilityAnswer; windows(): readonly DailyWindow[] };
  /** Counts what passes through a connection. */
  readonly dataUse: { watch(connection: CountedConnection): void };
  readonly slots: Capacity;
  readonly work: Work;
  readonly workStore: WorkStore;
  readonly claims: Claims;
  readonly models: ModelServers & {
    offered(): readonly Offered[];
    /** Of which makes the servers are that offer something. */
    kinds(): readonly BackendKind[];
    onOffer(listener: () => void): () => void;
    kindOf(backendId: string): BackendKind | undefined;
    /** Whether a server that is set or was found has not been looked at yet. */
    checking(): boolean;
  };
  /** How the outside gets in; undefined: only by an address that the user has set. */
  readonly inboundAddresses?: InboundAddresses | undefined;
  /** What all listeners of this node share for strangers. */
  readonly inboundMemory: InboundMemory;
  readonly lineFile: JournalDeps['lineFile'];
  /** Told when claims were settled. */
  readonly settled: () => void;
  /** Whether its tasks are told to a collector of traces, where the user has named one. */
  readonly traced: boolean;
  /** Told what a loop of this network could not go on with. */
  readonly fault: (error: unknown) => void;
}

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
  /** The endpoint of a practice node, from the port it got; it is registered although it is local. */
  readonly localEndpoint?: (port: number) => string;
}
