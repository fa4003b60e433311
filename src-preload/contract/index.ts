// The contract: every question a face can ask and everything the engine announces, assembled from one file per noun.
import type { z } from 'zod';
import { aboutRequests } from './about.ts';
import { auditRequests } from './audit.ts';
import { availabilityPushes, availabilityRequests } from './availability.ts';
import { backendsPushes, backendsRequests } from './backends.ts';
import { backupPushes, backupRequests } from './backup.ts';
import { boxesPushes, boxesRequests } from './boxes.ts';
import { dayCardRequests } from './day-card.ts';
import type { RequestDefinition } from './define.ts';
import { desktopPushes, desktopRequests } from './desktop.ts';
import { diagnosticsRequests } from './diagnostics.ts';
import { earningsPushes, earningsRequests } from './earnings.ts';
import { figuresRequests } from './figures.ts';
import { hardwareRequests } from './hardware.ts';
import { limitsRequests } from './limits.ts';
import type { PushName, RequestName } from './names.ts';
import { networksPushes, networksRequests } from './networks/index.ts';
import { nodePushes, nodeRequests } from './node.ts';
import { pricingRequests } from './pricing.ts';
import { reachabilityPushes, reachabilityRequests } from './reachability.ts';
import { rehearsalPushes, rehearsalRequests } from './rehearsal.ts';
import { removalRequests } from './removal.ts';
import { runnersPushes, runnersRequests } from './runners.ts';
import { settingsPushes, settingsRequests } from './settings/index.ts';
import { storageRequests } from './storage.ts';
import { walletRequests } from './wallet.ts';
import { workPushes, workRequests } from './work.ts';

export const requests = {
  ...nodeRequests,
  ...availabilityRequests,
  ...backendsRequests,
  ...runnersRequests,
  ...boxesRequests,
  ...rehearsalRequests,
  ...workRequests,
  ...earningsRequests,
  ...dayCardRequests,
  ...walletRequests,
  ...pricingRequests,
  ...networksRequests,
  ...reachabilityRequests,
  ...figuresRequests,
  ...hardwareRequests,
  ...limitsRequests,
  ...storageRequests,
  ...settingsRequests,
  ...desktopRequests,
  ...backupRequests,
  ...diagnosticsRequests,
  ...auditRequests,
  ...removalRequests,
  ...aboutRequests,
} satisfies Record<RequestName, RequestDefinition>;

export const pushes = {
  ...nodePushes,
  ...availabilityPushes,
  ...backendsPushes,
  ...runnersPushes,
  ...boxesPushes,
  ...rehearsalPushes,
  ...workPushes,
  ...earningsPushes,
  ...networksPushes,
  ...reachabilityPushes,
  ...settingsPushes,
  ...desktopPushes,
  ...backupPushes,
} satisfies Record<PushName, z.ZodType>;

export type Input<N extends RequestName> = z.input<(typeof requests)[N]['input']>;
export type ParsedInput<N extends RequestName> = z.output<(typeof requests)[N]['input']>;
export type Output<N extends RequestName> = z.output<(typeof requests)[N]['output']>;
/** What answers each request, in the engine. */
export type Handlers = { [N in RequestName]: (input: ParsedInput<N>) => Output<N> | Promise<Output<N>> };
export type PushPayload<N extends PushName> = z.output<(typeof pushes)[N]>;

/** What both the preload bridge and the console's socket offer a page. */
export interface Bridge {
  /** Answers a `Reply` envelope and never rejects for what the engine said no to. */
  invoke(name: RequestName, input: unknown): Promise<unknown>;
  /** Returns its off. */
  on(name: PushName, listener: (payload: unknown) => void): () => void;
}
