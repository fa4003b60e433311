// An upload in parts: the server says how large each is, every part but the last has exactly that size, and its receipts are handed in at
// the end. Whatever fails after the beginning, the upload is deleted at the server.

import { z } from 'zod';
import { POSEMESH } from '../bounds.ts';
import { Garbled } from '../errors.ts';
import { jsonOf } from '../json.ts';
import { type DomainClient, dataPath, granted } from './domain-client.ts';
import type { Source } from './source.ts';

export interface PartsUpload {
  readonly name: string;
  readonly dataType: string;
  readonly existingId: string | null;
  readonly source: Source;
}

const Named = z.object({ upload_id: z.string().min(1).max(POSEMESH.idCharacters) });
const Begun = z.object({
  part_size: z.number().int().positive().max(POSEMESH.partBytes),
  data_id: z.string().max(POSEMESH.idCharacters).nullish(),
});
const Receipt = z.object({ etag: z.string().min(1).max(POSEMESH.idCharacters) });

const One = z.object({ id: z.string().min(1).max(POSEMESH.idCharacters).nullish() }).transform(({ id }) => id);
const Stored = z.union([z.object({ data: z.array(One).min(1) }).transform(({ data }) => data[0]), One]);

const JSON_BODY = { 'content-type': 'application/json' } as const;
/** A server that takes no uploads in parts. */
const WITHOUT: ReadonlySet<number> = new Set([404, 405, 501]);

/** Undefined where the server has no such thing, so that nothing was begun. */
export async function inParts(
  { client }: { readonly client: DomainClient },
  { name, dataType, existingId, source }: PartsUpload,
): Promise<{ readonly id: string | null } | undefined> {
  const to = (query: string) => ({ path: dataPath(client.domain, `/multipart?${query}`) });
  const asked = {
    name,
    data_type: dataType,
    size: source.size,
    content_type: 'application/octet-stream',
    ...(existingId !== null && { existing_id: existingId }),
  };
  const reply = await client.whole({
    method: 'POST',
    to: to('uploads'),
    headers: JSON_BODY,
    body: () => JSON.stringify(asked),
  });
  if (WITHOUT.has(reply.status)) return undefined;
  const answer = jsonOf('domain', granted(reply).bytes);
  const named = Named.safeParse(answer);
  if (!named.success) throw new Garbled('domain', wrongIn(named.error));
  const uploadId = encodeURIComponent(named.data.upload_id);
  try {
    const begun = Begun.safeParse(answer);
    if (!begun.success) throw new Garbled('domain', wrongIn(begun.error));
    const { part_size, data_id } = begun.data;
    const count = Math.ceil(source.size / part_size);
    if (count > POSEMESH.uploadParts) throw new Garbled('domain', 'part_size');
    const parts: { part_number: number; etag: string }[] = [];
    for (let number = 1; number <= count; number += 1) {
      const from = (number - 1) * part_size;
      const length = Math.min(part_size, source.size - from);
      parts.push({
        part_number: number,
        etag: await client.tried(async () => {
          const json = await client.json({
            method: 'PUT',
            to: to(`uploadId=${uploadId}&partNumber=${number}`),
            headers: { 'content-type': 'application/octet-stream' },
            body: () => source.read(from, length),
            bodyBytes: length,
          });
          const receipt = Receipt.safeParse(json);
          if (!receipt.success) throw new Garbled('domain', 'etag');
          return receipt.data.etag;
        }),
      });
    }
    const json = await client.json({
      method: 'POST',
      to: to(`uploadId=${uploadId}`),
      headers: JSON_BODY,
      body: () => JSON.stringify({ parts }),
    });
    return { id: idIn(json) ?? data_id ?? null };
  } catch (error) {
    await client.afterwards({ method: 'DELETE', to: to(`uploadId=${uploadId}`) });
    throw error;
  }
}

const wrongIn = ({ issues }: z.ZodError) => String(issues[0]?.path[0] ?? 'no object');

/** Of an answer to an upload: the first id; null where it names none. */
export function idIn(json: unknown): string | null {
  const parsed = Stored.safeParse(json);
  return (parsed.success ? parsed.data : undefined) ?? null;
}
