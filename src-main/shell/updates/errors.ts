// Why an update was not taken, each as the page of updates says it.

import type { Reason } from '../../../src-preload/contract/define.ts';

/** What was offered is not to be trusted, or did not come whole. `reason` is for the page, `message` for the log. */
export class UpdateRefused extends Error {
  readonly reason: Reason;

  constructor(reason: Reason, message: string) {
    super(message);
    this.name = 'UpdateRefused';
    this.reason = reason;
  }
}

const BY_HAND =
  'It is looked at again within the hour. If this goes on, get the new version from Hearth’s homepage and check its signature.';

const UNSIGNED: Reason = {
  code: 'desktop.update-unsigned',
  message: 'The list of new versions is not signed by a key of Hearth’s releases, so it was not used.',
  action: BY_HAND,
};
const OLDER: Reason = {
  code: 'desktop.update-older',
  message: 'The list of new versions is older than one that was seen before, so it was not used.',
  action: BY_HAND,
};
const NOT_GENUINE: Reason = {
  code: 'desktop.update-not-genuine',
  message: 'What was downloaded is not the package that was signed. It was not installed.',
  action: BY_HAND,
};

/** The feed's signature is missing or wrong, or signs something else than this feed. */
export const unsigned = (why: string) => new UpdateRefused(UNSIGNED, why);
/** The feed is properly signed, and was replaced since by one that this computer has seen. */
export const older = (why: string) => new UpdateRefused(OLDER, why);
/** The package is not of the size or sum in the signed feed. */
export const notGenuine = (why: string) => new UpdateRefused(NOT_GENUINE, why);
