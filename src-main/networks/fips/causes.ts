// How this node stands, each with what to do about it.

import type { Reason } from '../../../src-preload/contract/define.ts';
import type { DownReason } from './links/links.ts';

export const NO_PEERS: Reason = {
  code: 'fips.no-peers',
  message: 'No peer is set, and none has come by itself.',
  action: 'Add the key and an address of another computer under Network, FIPS, Settings.',
};

export const NO_NEIGHBOUR: Reason = {
  code: 'fips.no-neighbour',
  message: 'None of the peers can be reached now.',
  action: 'Hearth keeps trying. What was tried stands under Network, FIPS.',
};

const down = (code: DownReason, message: string): Reason => ({ code: `fips.down-${code}`, message });

export const DOWN: Readonly<Record<DownReason, Reason>> = {
  left: down('left', 'It said goodbye.'),
  silent: down('silent', 'Nothing was heard of it for half a minute.'),
  unreachable: down('unreachable', 'This computer had no way to it.'),
  forged: down('forged', 'What came from it could not be opened.'),
  restarted: down('restarted', 'It was started anew.'),
  closed: down('closed', 'The connection has ended.'),
  removed: down('removed', 'This computer has let it go.'),
};

export const TRANSIT_SPENT: Reason = {
  code: 'fips.transit-spent',
  message: 'What this computer passes on for others in a month is used up.',
  action: 'It goes on next month. The limit is networks.fips.transitMonthMiB.',
};

export const dnsRefused = (port: number | undefined): Reason => ({
  code: 'fips.dns-refused',
  message: `Names that end in .fips are not answered: port ${port} is not free. Choose another one under networks.fips.dnsPort.`,
  values: { port: port ?? 0 },
});
