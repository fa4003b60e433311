import { z } from 'zod';
import { request, Time } from './define.ts';

/** In the order they are shown. `report` is the short text that fits into a message to a helper. */
export const DiagnosticsPartName = z.enum([
  'report',
  'versions',
  'platform',
  'services',
  'settings',
  'backends',
  'networks',
  'work',
  'availability',
  'storage',
  'logs',
]);
export type DiagnosticsPartName = z.infer<typeof DiagnosticsPartName>;

/** A part as it would be saved: what is shown is all there is. */
export const DiagnosticsPart = z.object({
  name: DiagnosticsPartName,
  /** In the saved bundle, e.g. `settings.json`. */
  fileName: z.string(),
  bytes: z.number().int().nonnegative(),
  text: z.string(),
});
export type DiagnosticsPart = z.infer<typeof DiagnosticsPart>;

export const DiagnosticsView = z.object({
  at: Time,
  /** A name for the whole; it is saved as JSON: `{at, version, parts: {[fileName]: text}}`. */
  fileName: z.string(),
  /** Codes of all that is not as it should be now, stable over versions and languages. */
  codes: z.array(z.string()),
  parts: z.array(DiagnosticsPart),
});
export type DiagnosticsView = z.infer<typeof DiagnosticsView>;

export const diagnosticsRequests = {
  /**
   * What a bundle would hold, already without secrets, names of the user and paths of the home folder. Nothing is written: a
   * face saves what it was given. Without `addresses`, those of this computer, of its servers and of the networks' nodes are
   * replaced, each by one word of its own throughout.
   */
  'diagnostics.get': request(z.object({ addresses: z.boolean().default(false) }), DiagnosticsView),
};
