// The one gate between the faces and the engine: whatever the face, names, input and who may ask are checked by the contract on
// the way in, and output is parsed and stripped by it on the way out, so that a row with a secret in it cannot pass as a view.
import type { z } from 'zod';
import type { RequestDefinition } from '../../src-preload/contract/define.ts';
import type { Failure, Reply } from '../../src-preload/contract/failure.ts';
import { requests } from '../../src-preload/contract/index.ts';
import type { RequestName } from '../../src-preload/contract/names.ts';
import { HearthError, toHearthError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { InvalidInput, InvalidOutput, UnknownRequest } from './errors.ts';

/** What a face needs of the engine: `input` has passed the contract; the answer is checked here. */
export interface Engine {
  handle(name: RequestName, input: unknown): Promise<unknown>;
}

/** Who asks through a face, as far as that face can tell. */
export interface Asker {
  /** Throws where it is not shown that the one who asks is in front of this computer, or its owner. */
  demandInFront(name: RequestName): void;
}

/** The window of the desktop app, and programs that can open the owner's own socket. */
export const IN_FRONT: Asker = { demandInFront: () => undefined };

/** Never rejects: whatever happens is a reply. */
export type Dispatch = (name: unknown, input: unknown, asker: Asker) => Promise<Reply>;

export function createDispatch(engine: Engine, logger: Logger): Dispatch {
  return (name, input, asker) =>
    answer(logger, typeof name === 'string' ? name : 'unknown', async () => {
      if (!isRequestName(name)) throw new UnknownRequest(name);
      const { input: inputSchema, output: outputSchema, outputOf, inFront }: RequestDefinition = requests[name];
      const parsed = inputSchema.safeParse(input);
      if (!parsed.success) throw new InvalidInput(name, complaint(parsed.error));
      if (inFront?.(parsed.data as never)) asker.demandInFront(name);
      const schema = outputOf?.(parsed.data as never) ?? outputSchema;
      const output = schema.safeParse(await engine.handle(name, parsed.data));
      if (output.success) return output.data;
      logger.error('answer does not fit the contract', { request: name, paths: paths(output.error) });
      throw new InvalidOutput(name);
    });
}

/** Runs `work` and turns whatever it throws into a failure envelope; what was not foreseen is logged. */
export async function answer(logger: Logger, name: string, work: () => Promise<unknown>): Promise<Reply> {
  try {
    return { ok: true, value: await work() };
  } catch (thrown) {
    const error = toHearthError(thrown);
    if (!(thrown instanceof HearthError))
      logger.error('request failed unexpectedly', { request: name.slice(0, 64), error: thrown });
    return { ok: false, failure: toFailure(error) };
  }
}

/** Only these fields cross a face: neither the cause nor the stack. */
export function toFailure(error: HearthError): Failure {
  const { code, category, message, details, retryAfterMs } = error;
  return { code, category, message, details: { ...details }, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

function isRequestName(name: unknown): name is RequestName {
  return typeof name === 'string' && Object.hasOwn(requests, name);
}

/** Where an answer went wrong, without what stood there. */
export function paths(error: z.ZodError): string[] {
  return error.issues.slice(0, 10).map(({ path }) => path.join('.').slice(0, 120));
}

/** A sentence for the caller: where, and what was expected there. Zod's messages name expectations, not the values it got. */
function complaint(error: z.ZodError): string {
  const parts = error.issues.slice(0, 3).map(({ path, message }) => {
    const where = path.join('.') || 'the request';
    return `${where} (${message.charAt(0).toLowerCase()}${message.slice(1)})`;
  });
  const more = error.issues.length > 3 ? ` and ${error.issues.length - 3} more` : '';
  return `Please check ${parts.join(', ')}${more}.`.slice(0, 500);
}
