// Reads the environment variables of an official node into settings of ours, and names each that is wrong. No sentence repeats a secret.

import { z } from 'zod';
import type { Reason } from '../../../../src-preload/contract/define.ts';
import { posemeshSettings } from '../../../../src-preload/contract/networks/posemesh-settings.ts';
import { HearthError } from '../../../base/errors.ts';
import { Wallet } from '../wallet/wallet.ts';
import { type PosemeshPath, VARIABLES, type Variable } from './variables.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ReadVariables {
  /** By setting, ready to be set. */
  readonly values: ReadonlyMap<PosemeshPath, string | number | boolean>;
  /** The variables that they come from; of a secret the value is null. */
  readonly variables: readonly {
    readonly name: string;
    readonly setting: PosemeshPath;
    readonly value: string | null;
  }[];
  /** In the order in which an official node would stop at them. */
  readonly problems: readonly Reason[];
  /** Worth knowing, and nothing is lost. */
  readonly notes: readonly Reason[];
}

export interface ReadOptions {
  /** As official nodes of 2025 want it: a variable that they need and that is missing is a problem. */
  readonly complete: boolean;
}

class Wrong extends Error {
  readonly reason: Reason;
  constructor(code: string, name: string, message: string, values: Readonly<Record<string, string | number>> = {}) {
    super(message);
    this.reason = { code: `posemesh.${code}`, values: { name, ...values }, message };
  }
}

export function readVariables(env: Environment, { complete }: ReadOptions): ReadVariables {
  const values = new Map<PosemeshPath, string | number | boolean>();
  const variables: { name: string; setting: PosemeshPath; value: string | null }[] = [];
  const problems: Reason[] = [];
  const notes: Reason[] = [];
  for (const variable of VARIABLES) {
    try {
      const given = givenOf(variable, env);
      if (given === undefined) {
        if (complete) demand(variable);
        continue;
      }
      if (variable.path === undefined) {
        notes.push(note('env-unused', variable.name, `${variable.name} is not used: Hearth has logs of its own.`));
        continue;
      }
      const read = valueIn(variable, given);
      if (variable.name === 'MAX_CONCURRENCY') {
        notes.push(
          note(
            'env-one-job',
            variable.name,
            `${variable.name} is not taken over: official nodes do one job at a time whatever it says. networks.posemesh.maxConcurrency says how many this one does.`,
          ),
        );
        continue;
      }
      const value = fitted(variable, variable.path, read, notes);
      if (value === undefined) continue;
      values.set(variable.path, value);
      const { name, path: setting, secret } = variable;
      variables.push({ name, setting, value: secret ? null : String(value) });
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      problems.push(error.reason);
    }
  }
  return { values, variables, problems, notes };
}

function givenOf({ name, kind, emptyIsUnset, required }: Variable, env: Environment): string | undefined {
  const text = env[name];
  if (text === undefined) return undefined;
  // Texts that an official node wants are as good as missing where they are blank.
  if (emptyIsUnset || (required && kind.is === 'text')) return text.trim() === '' ? undefined : text;
  return text;
}

function demand({ name, required }: Variable): void {
  if (required === 'plain') {
    throw new Wrong('env-required', name, `A required environment variable is missing: ${name}.`);
  }
  if (required === 'siwe') {
    throw new Wrong('env-required-siwe', name, `${name} required: without it there is no DDS SIWE authentication.`);
  }
}

function valueIn({ name, kind }: Variable, text: string): string | number | boolean {
  switch (kind.is) {
    case 'url':
      if (!URL.canParse(text)) throw new Wrong('env-url', name, `invalid URL in ${name}.`);
      return new URL(text).href;
    case 'integer':
      return integer(name, text, kind);
    case 'float':
      return float(name, text);
    case 'bool':
      if (text !== 'true' && text !== 'false') {
        throw new Wrong('env-bool', name, `invalid bool in ${name}: write true or false, in small letters.`);
      }
      return text === 'true';
    case 'choice':
      if (!kind.of.includes(text)) {
        const list = kind.of.join(', ');
        throw new Wrong('env-choice', name, `invalid value in ${name}: write one of ${list}.`, { list });
      }
      return kind.of.includes('1') ? text === '1' : text;
    case 'text':
      return text.trim();
  }
}

function integer(
  name: string,
  text: string,
  { least, most = Number.MAX_SAFE_INTEGER }: { readonly least: number; readonly most?: number },
): number {
  const signed = least < 0 ? /^[+-]?\d+$/ : /^\+?\d+$/;
  const value = signed.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value) || value > most) throw new Wrong('env-integer', name, `invalid integer in ${name}.`);
  if (value < least) {
    throw new Wrong('env-retry', name, `${name} must be -1 or non-negative, and is ${value}.`, { value });
  }
  return value;
}

function float(name: string, text: string): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw new Wrong('env-float', name, `invalid float in ${name}.`);
  return value;
}

const DEFAULT_PART = posemeshSettings['networks.posemesh.multipartMinBytes'].initial;

/** In what the setting takes. Undefined: the default holds. */
function fitted(variable: Variable, path: PosemeshPath, value: string | number | boolean, notes: Reason[]) {
  const { name, kind } = variable;
  // Official nodes read this one at each upload, and take what makes no sense for the default.
  if (path === 'networks.posemesh.multipartMinBytes') {
    const bytes = /^\+?\d+$/.test(String(value)) ? Number(value) : 0;
    return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : DEFAULT_PART;
  }
  if (path === 'networks.posemesh.privateKey') keyIn(name, String(value));
  if (path.endsWith('Secs') && value === 0 && !path.includes('noop')) {
    notes.push(note('env-one', name, `${name} is 0, and counts as 1.`));
    return 1;
  }
  // An official node clamps it when it uses it.
  if (path === 'networks.posemesh.tokenSafetyRatio') return Math.min(1, Math.max(0, Number(value)));
  const { schema } = posemeshSettings[path];
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const largest = schema instanceof z.ZodNumber ? schema.maxValue : null;
  if (kind.is === 'integer' && largest !== null && Number(value) > largest) {
    notes.push({
      ...note('env-most', name, `${name} is above what Hearth takes, and counts as ${largest}.`),
      values: { name, largest },
    });
    return largest;
  }
  if (kind.is === 'url') throw new Wrong('env-url', name, `invalid URL in ${name}: it has to be http or https.`);
  throw new Wrong('env-range', name, `The value of ${name} is outside of what Hearth takes.`);
}

function keyIn(name: string, text: string): void {
  try {
    Wallet.of(text);
  } catch (error) {
    if (!(error instanceof HearthError)) throw error;
    throw new Wrong('env-key', name, `${name} is no secret key of the curve secp256k1: 64 hex digits.`);
  }
}

function note(code: string, name: string, message: string): Reason {
  return { code: `posemesh.${code}`, values: { name }, message };
}
