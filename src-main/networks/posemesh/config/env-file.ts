// A file of environment variables, as Docker and shells have them: NAME=value in lines, with `export` in front or without, comments,
// quotes. Nothing in it is expanded or run.

import { parseEnv } from 'node:util';
import { HearthError } from '../../../base/errors.ts';
import { POSEMESH } from '../bounds.ts';

export class VariableFileUnusable extends HearthError {
  constructor(why: 'too-large' | 'empty') {
    super({
      code: `posemesh.file-${why}`,
      category: 'invalid',
      message:
        why === 'too-large'
          ? 'The file is larger than a file of environment variables may be. Nothing was changed.'
          : 'The file has no line such as DDS_BASE_URL=https://dds.example.com. Nothing was changed.',
    });
  }
}

/** Throws VariableFileUnusable. */
export function parseEnvFile(text: string): Readonly<Record<string, string | undefined>> {
  if (Buffer.byteLength(text) > POSEMESH.variableFileBytes) throw new VariableFileUnusable('too-large');
  const variables = parseEnv(text.replace(/^\uFEFF/, ''));
  if (Object.keys(variables).length === 0) throw new VariableFileUnusable('empty');
  return variables;
}
