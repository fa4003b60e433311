// The names alone, without zod: the preload imports this file and nothing else of ours, and is little more than these.

/** What a face can ask for. */
export const requestNames = [
  'node.get',
  'node.pause',
  'node.resume',
  'availability.get',
  'availability.pause',
  'availability.resume',
  'availability.release',
  'availability.exportCalendar',
  'availability.importCalendar',
  'backends.get',
  'backends.detect',
  'backends.tried',
  'backends.load',
  'backends.unload',
  'rehearsal.get',
  'rehearsal.run',
  'work.get',
  'work.list',
  'work.count',
  'work.facets',
  'work.detail',
  'earnings.get',
  'earnings.series',
  'earnings.net',
  'earnings.rows',
  'earnings.check',
  'earnings.export',
  'earnings.accounts',
  'pricing.try',
  'networks.get',
  'networks.history',
  'networks.check',
  'networks.identify',
  'networks.rotateKey',
  'networks.newIdentity',
  'reachability.get',
  'reachability.test',
  'reachability.try',
  'reachability.log',
  'reachability.report',
  'figures.get',
  'hardware.get',
  'limits.get',
  'storage.get',
  'settings.get',
  'settings.set',
  'desktop.get',
  'desktop.checkForUpdate',
  'desktop.installUpdate',
  'desktop.moveKey',
  'backup.get',
  'backup.create',
  'backup.read',
  'backup.receive',
  'backup.write',
  'backup.discard',
  'backup.inspect',
  'backup.test',
  'backup.restore',
  'diagnostics.get',
  'audit.run',
  'removal.get',
  'removal.run',
  'about.get',
  'about.licence',
] as const;

const slices = [
  'node',
  'availability',
  'backends',
  'rehearsal',
  'work',
  'earnings',
  'networks',
  'reachability',
  'settings',
  'desktop',
  'backup',
] as const;

/** What the engine announces by itself. Each carries a whole live slice, see `live` in define.ts. */
export const pushNames = slices.map((slice) => `${slice}.changed` as const);

export type RequestName = (typeof requestNames)[number];
export type PushName = (typeof pushNames)[number];

/** The two IPC channels of the desktop app. */
export const REQUEST_CHANNEL = 'hearth:request';
export const PUSH_CHANNEL = 'hearth:push';
