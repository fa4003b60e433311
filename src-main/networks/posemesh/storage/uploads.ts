// Stores the results of a job at its domain server: small ones in one request, large ones in parts of the size that the server chooses. What
// can't be finished is given up at the server too.

import { z } from 'zod';
import type {
  ArtifactContent,
  ArtifactSink,
  ArtifactWriter,
  DomainArtifact,
} from '../../../backends/runners/runner.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Random } from '../../../base/random.ts';
import { POSEMESH } from '../bounds.ts';
import type { Artifact } from '../dms/receipts.ts';
import { Garbled, ResultRefused } from '../errors.ts';
import { jsonOf } from '../json.ts';
import { type DomainClient, dataPath, granted } from './domain-client.ts';
import { artifactName, dataTypeOf, logicalPath } from './names.ts';
import { idIn, inParts, type PartsUpload } from './parts-upload.ts';
import type { Scratch } from './scratch.ts';
import { type Source, sourceOf } from './source.ts';
import { newBoundary, type UploadTarget, uploadFrame } from './upload-body.ts';

export interface UploadsDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly client: DomainClient;
  readonly scratch: Scratch;
  /** Called with the bytes of each result that was stored. */
  readonly stored: (bytes: number) => void;
}

export interface UploadsOptions {
  readonly taskId: string;
  readonly outputsPrefix: string;
  /** From this size on in parts. */
  readonly partsFrom: number;
}

/** Where something is to be stored, and what takes its place. */
interface Wanted {
  readonly logical: string;
  readonly name: string;
  readonly dataType: string;
  readonly existingId: string | null;
}

const Data = z.object({
  data: z.array(
    z.object({
      id: z.string().min(1).max(POSEMESH.idCharacters),
      name: z.string().nullish(),
      data_type: z.string().nullish(),
    }),
  ),
});
const Info = z.object({ upload: z.object({ request_max_bytes: z.number().positive() }).partial().nullish() });
const INFO_MS = 60_000;

export class Uploads implements ArtifactSink {
  readonly #deps: UploadsDeps;
  readonly #options: UploadsOptions;
  readonly #artifacts = new Map<string, Artifact>();
  #info: { readonly at: number; readonly mostBytes: number } | undefined;
  #spools = 0;

  constructor(deps: UploadsDeps, options: UploadsOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  /** What was stored, by logical path: a later one of the same path takes the place of the earlier. */
  get artifacts(): readonly Artifact[] {
    return [...this.#artifacts.values()];
  }

  async put(relativePath: string, content: ArtifactContent): Promise<string | null> {
    const wanted = await this.#wanted(relativePath, (failed) => Promise.reject(failed));
    return await this.#store(wanted, content);
  }

  async putDomainArtifact({ relativePath, name, dataType, existingId, content }: DomainArtifact) {
    const logical = this.#logical(relativePath);
    const known = existingId ?? this.#artifacts.get(logical)?.id ?? (await this.#lookUp(name, dataType));
    return await this.#store({ logical, name, dataType, existingId: known }, content);
  }

  async open(relativePath: string): Promise<ArtifactWriter> {
    // Whether there is one to be replaced is nice to know, and no reason not to begin.
    const wanted = await this.#wanted(relativePath, () => Promise.resolve(null));
    const { scratch } = this.#deps;
    this.#spools += 1;
    const file = await scratch.create(`upload-${this.#spools}`);
    let over = false;
    const end = () => {
      if (over) throw new ResultRefused('over');
      over = true;
    };
    return {
      write: async (chunk) => {
        if (over) throw new ResultRefused('over');
        await file.write(chunk);
      },
      finish: async () => {
        end();
        try {
          await file.close();
          return await this.#store(wanted, { file: file.path }, { always: true });
        } finally {
          await scratch.discard(file);
        }
      },
      abort: async () => {
        if (over) return;
        end();
        await file.close();
        await scratch.discard(file);
      },
    };
  }

  #logical(relativePath: string): string {
    return logicalPath(this.#options.outputsPrefix, relativePath);
  }

  async #wanted(relativePath: string, notFound: (failed: unknown) => Promise<null>): Promise<Wanted> {
    const logical = this.#logical(relativePath);
    const name = artifactName(logical, this.#options.taskId);
    const dataType = dataTypeOf(relativePath);
    const existingId = this.#artifacts.get(logical)?.id ?? (await this.#lookUp(name, dataType).catch(notFound));
    return { logical, name, dataType, existingId };
  }

  /** The id of what is stored by exactly this name and type; null where there is none. */
  async #lookUp(name: string, dataType: string): Promise<string | null> {
    const { client } = this.#deps;
    const query = new URLSearchParams({ name, data_type: dataType });
    const reply = await client.tried(async () => {
      const got = await client.whole({
        method: 'GET',
        to: { path: dataPath(client.domain, `?${query.toString()}`) },
        headers: { accept: 'application/json' },
      });
      return got.status === 404 ? undefined : granted(got);
    });
    if (!reply) return null;
    const parsed = Data.safeParse(jsonOf('domain', reply.bytes));
    if (!parsed.success) throw new Garbled('domain', 'data');
    return parsed.data.data.find((one) => one.name === name && one.data_type === dataType)?.id ?? null;
  }

  async #store(wanted: Wanted, content: ArtifactContent, { always = false } = {}): Promise<string | null> {
    const { logical, name, dataType } = wanted;
    if (!this.#artifacts.has(logical) && this.#artifacts.size >= POSEMESH.artifacts)
      throw new ResultRefused('too-many');
    const source = await sourceOf(content);
    try {
      const parts =
        source.size > 0 && (always || source.size >= this.#options.partsFrom || (await this.#tooLarge(source)));
      const stored = (parts ? await this.#inParts(wanted, source) : undefined) ?? (await this.#atOnce(wanted, source));
      const id = stored.id ?? wanted.existingId;
      this.#artifacts.set(logical, { logicalPath: logical, name, dataType, id });
      this.#deps.stored(source.size);
      return id;
    } finally {
      await source.close();
    }
  }

  /** Undefined where the server has no such thing. */
  async #inParts({ name, dataType, existingId }: Wanted, source: Source): Promise<{ id: string | null } | undefined> {
    const upload: PartsUpload = { name, dataType, existingId, source };
    return await inParts(this.#deps, upload);
  }

  async #atOnce({ name, dataType, existingId }: Wanted, source: Source): Promise<{ id: string | null }> {
    const { client, random } = this.#deps;
    const target: UploadTarget =
      existingId === null ? { kind: 'create', name, dataType } : { kind: 'update', id: existingId };
    const { contentType, head, tail } = uploadFrame(target, newBoundary(random));
    const reply = await client.whole({
      method: target.kind === 'create' ? 'POST' : 'PUT',
      to: { path: dataPath(client.domain) },
      headers: { 'content-type': contentType, accept: 'application/json' },
      body: () => framed(head, source.read(0, source.size), tail),
      bodyBytes: head.length + source.size + tail.length,
    });
    return { id: idIn(jsonOf('domain', granted(reply).bytes)) };
  }

  /** A server says how much it takes in one request; where it does not, the usual size holds. */
  async #tooLarge({ size }: Source): Promise<boolean> {
    const { clock, client } = this.#deps;
    if (!this.#info || clock.monotonic() - this.#info.at > INFO_MS) {
      const known = await client
        .json({ method: 'GET', to: { path: '/api/v1/info' } })
        .then((json) => Info.safeParse(json).data?.upload?.request_max_bytes)
        .catch(() => undefined);
      this.#info = { at: clock.monotonic(), mostBytes: known ?? Number.POSITIVE_INFINITY };
    }
    return size + FRAME_BYTES > this.#info.mostBytes;
  }
}

/** What a form puts around it, at most: boundaries, and a name and a type of the longest. */
const FRAME_BYTES = 4096;

async function* framed(head: Buffer, body: AsyncIterable<Buffer>, tail: Buffer): AsyncIterable<Buffer> {
  yield head;
  yield* body;
  yield tail;
}
