import { z } from 'zod';
import { Nothing, request } from './define.ts';

/** A program of others that Hearth brings along. */
export const BundledPackage = z.object({ name: z.string(), version: z.string(), licence: z.string() });
export type BundledPackage = z.infer<typeof BundledPackage>;

export const AboutView = z.object({
  version: z.string(),
  licence: z.string(),
  /** Of what it runs on; null where it does not. */
  runtime: z.object({ node: z.string(), electron: z.string().nullable(), chromium: z.string().nullable() }),
  platform: z.string(),
  /** By name. Empty where the program runs from its sources and the list was not made. */
  packages: z.array(BundledPackage),
});
export type AboutView = z.infer<typeof AboutView>;

export const aboutRequests = {
  'about.get': request(Nothing, AboutView),
  /** The full text of a package's licence. */
  'about.licence': request(
    z.object({ name: z.string().max(214), version: z.string().max(64) }),
    z.object({ text: z.string() }),
  ),
};
