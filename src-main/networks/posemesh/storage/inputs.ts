// Loads the inputs of a job into its folder, as they stream in. Official servers answer with a form, newer ones list the data and hand it
// out by itself; both are taken. What is not whole is removed and asked for again.

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { InputSource, MaterialInput } from '../../../backends/runners/runner.ts';
import { passing } from '../../../base/passing.ts';
import { POSEMESH } from '../bounds.ts';
import { Garbled, NoDisk, Refused } from '../errors.ts';
import type { StreamedReply } from '../http.ts';
import { jsonOf } from '../json.ts';
import { type DownloadStyle, type InputPlace, placeOf } from './cid.ts';
import { type DomainClient, type DomainRequest, dataPath, emptied, granted } from './domain-client.ts';
import { boundaryOf, type Disposition, MultipartReader } from './multipart-reader.ts';
import { type InputName, InputNames } from './names.ts';
import type { Scratch, ScratchFile } from './scratch.ts';

export interface InputsDeps {
  readonly client: DomainClient;
  readonly scratch: Scratch;
  /** Called with the bytes of each piece that came. */
  readonly arrived: (bytes: number) => void;
}

export interface InputsOptions {
  readonly style: DownloadStyle;
  /** Inputs of other servers are loaded too, without the token. */
  readonly foreign: boolean;
}

/** What a server says of what it stores. */
interface Described {
  readonly id: string | null;
  readonly name: string | null;
  readonly dataType: string | null;
  readonly domainId: string | null;
  readonly size: number | null;
}

interface Stored extends Described {
  readonly named: InputName;
  readonly file: ScratchFile;
}

const Listed = z.object({
  data: z
    .array(
      z.object({
        id: z.string().min(1).max(POSEMESH.idCharacters),
        name: z.string().max(POSEMESH.cidCharacters).nullish(),
        data_type: z.string().max(POSEMESH.idCharacters).nullish(),
      }),
    )
    .max(POSEMESH.parts),
});

/** A server that does not hand data out by its address. */
const OTHERWISE: ReadonlySet<number> = new Set([404, 405, 406]);
const FORM = { accept: 'multipart/form-data' } as const;

export class Inputs implements InputSource {
  readonly #deps: InputsDeps;
  readonly #options: InputsOptions;
  readonly #names = new InputNames();

  constructor(deps: InputsDeps, options: InputsOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  async bytes(cid: string): Promise<Buffer> {
    const parts = await this.#load(cid, POSEMESH.inMemoryBytes);
    try {
      return await readFile(parts[0]!.file.path);
    } finally {
      await this.#discard(parts);
    }
  }

  async materialize(cid: string): Promise<MaterialInput> {
    const [first, ...rest] = await this.#load(cid);
    const { file, id, name, dataType, domainId } = first!;
    return {
      cid,
      path: file.path,
      rootDir: this.#deps.scratch.root,
      relatedFiles: rest.map((part) => part.file.path),
      dataId: id,
      name,
      dataType,
      domainId,
    };
  }

  /** At least one. */
  async #load(cid: string, most = Number.POSITIVE_INFINITY): Promise<Stored[]> {
    const { client } = this.#deps;
    const place = placeOf(cid, client.domain, this.#options);
    return await client.tried(async () => {
      const parts: Stored[] = [];
      try {
        await this.#fetch(place, parts, most);
        if (parts.length === 0) throw new Refused('domain', 404);
        return parts;
      } catch (error) {
        await this.#discard(parts);
        throw error;
      }
    });
  }

  async #fetch(place: InputPlace, into: Stored[], most: number): Promise<void> {
    const { style } = this.#options;
    const { url, own, query } = place;
    if (url !== undefined && (style !== 'ids' || query === undefined)) {
      const reply = await this.#ask({ method: 'GET', to: { url, own }, headers: FORM });
      const again = style === 'auto' && query !== undefined && OTHERWISE.has(reply.status);
      if (!again) return await this.#store(reply, into, most, own);
      await emptied(reply);
    }
    await this.#store(
      await this.#ask({ method: 'GET', to: { path: this.#data(`?${query}`) }, headers: FORM }),
      into,
      most,
      true,
    );
  }

  async #store(reply: StreamedReply, into: Stored[], most: number, own: boolean): Promise<void> {
    if (reply.status < 200 || reply.status > 299) {
      await emptied(reply);
      granted(reply);
    }
    const type = String(reply.headers['content-type'] ?? '');
    if (!/^\s*application\/json\b/i.test(type)) return await this.#readForm(boundaryOf(type), reply, into, most);
    // Another server does not choose what is fetched from the job's own, with its token.
    if (!own) throw await emptied(reply).then(() => new Garbled('domain', 'Content-Type'));
    for (const { id, name, data_type } of await this.#listed(reply)) {
      const path = this.#data(`/${encodeURIComponent(id)}?raw=true`);
      const raw = await this.#ask({ method: 'GET', to: { path } });
      if (raw.status < 200 || raw.status > 299) await emptied(raw);
      const of = { id, name: name ?? null, dataType: data_type ?? null, domainId: this.#deps.client.domain.id };
      const stored = await this.#begin({ ...of, size: null }, into);
      for await (const chunk of granted(raw).body) await this.#write(stored, chunk, most);
      await stored.file.close();
    }
  }

  async #readForm(boundary: string, { body }: StreamedReply, into: Stored[], most: number): Promise<void> {
    const reader = new MultipartReader(boundary);
    let open: Stored | undefined;
    for await (const chunk of body) {
      for (const event of reader.push(chunk)) {
        if (event.kind === 'part') open = await this.#begin(describedBy(event.disposition), into);
        else if (event.kind === 'data') await this.#write(open!, event.bytes, most);
        else {
          await open!.file.close();
          const { size, file } = open!;
          if (size !== null && size !== file.size) throw new Garbled('domain', 'size');
        }
      }
    }
    reader.end();
  }

  async #begin(described: Described, into: Stored[]): Promise<Stored> {
    const named = this.#names.next(described.name ?? '', described.dataType ?? '');
    const file = await this.#deps.scratch.create('datasets', named.folder, named.file);
    const stored = { ...described, named, file };
    into.push(stored);
    return stored;
  }

  async #write({ file }: Stored, bytes: Buffer, most: number): Promise<void> {
    if (file.size + bytes.length > most) throw new NoDisk('limit');
    await file.append(bytes);
    passing(bytes.length);
    this.#deps.arrived(bytes.length);
  }

  async #discard(parts: readonly Stored[]): Promise<void> {
    for (const { file, named } of parts) {
      await file.close().catch(() => undefined);
      await this.#deps.scratch.discard(file);
      this.#names.free(named);
    }
  }

  #ask(request: DomainRequest): Promise<StreamedReply> {
    return this.#deps.client.streamed(request);
  }

  async #listed(reply: StreamedReply) {
    const parsed = Listed.safeParse(jsonOf('domain', await this.#deps.client.rest(reply)));
    if (!parsed.success) throw new Garbled('domain', 'data');
    return parsed.data.data;
  }

  #data(rest: string): string {
    return dataPath(this.#deps.client.domain, rest);
  }
}

function describedBy(disposition: Disposition): Described {
  const size = disposition.get('size');
  return {
    id: disposition.get('id') ?? null,
    name: disposition.get('name') ?? null,
    dataType: disposition.get('data-type') ?? null,
    domainId: disposition.get('domain-id') ?? null,
    size: size !== undefined && /^\d{1,15}$/.test(size) ? Number(size) : null,
  };
}
