// What fields are made of. As the official programs read them: unknown members are ignored, and null is the same as left out.

import { z } from 'zod';
import { parseJson } from '../../../base/json-scan.ts';
import { withoutUnseen } from '../../../base/unseen.ts';
import { readPublicKey } from '../../../nostr/npub.ts';
import { WIRE } from './bounds.ts';

export const Text = (most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => text.isWellFormed());
/** Text that a stranger chose and a page shows: nothing in it is unseen. */
export const Shown = (most: number) => Text(most).transform(withoutUnseen);
export const Id = Text(WIRE.id).min(1);
/** It stands in tags and in the names of other things, so nothing is in it that somebody might read otherwise. */
export const WorkloadId = Id.regex(/^[\x21-\x7e]+$/);

export const Count = z.number().int().nonnegative();
export const Unsigned32 = Count.max(0xffff_ffff);
export const Port = Count.max(0xffff);
export const Version = Count.max(0xff)
  .nullish()
  .transform((version) => version ?? 1);

/** A public key as npub or hex, as people type it; always hex here, so that two of them can be compared. */
export const PublicKey = Text(WIRE.id).transform((text, context) => {
  const key = readPublicKey(text);
  if (key === undefined) context.addIssue({ code: 'custom', message: 'neither npub nor hex' });
  return key ?? z.NEVER;
});

/** RFC 3339. */
export const Moment = Text(64).refine((text) => /(z|[+-]\d\d:\d\d)$/i.test(text) && !Number.isNaN(Date.parse(text)));

const Nothing = z.null().transform(() => undefined);
export const optional = <S extends z.ZodType>(schema: S) => z.union([schema, Nothing]).optional();
export const orNull = <S extends z.ZodType>(schema: S) => schema.nullish().transform((value) => value ?? null);

/** In a box of its own, for `null` is a value too. undefined: no JSON, or more than any message is. */
export function jsonIn(text: string): { readonly value: unknown } | undefined {
  if (Buffer.byteLength(text) > WIRE.message) return undefined;
  const json = parseJson(text, WIRE);
  return typeof json === 'string' ? undefined : json;
}

/** What a text says by this schema; undefined: something else. */
export function readAs<S extends z.ZodType>(schema: S, text: string): z.infer<S> | undefined {
  const json = jsonIn(text);
  return json && schema.safeParse(json.value).data;
}
