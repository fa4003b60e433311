// JSON schemas arrive in tools and response formats, and servers compile them into grammars. They are the one place where a
// stranger's own structure is passed on, so it is copied within bounds, and nothing in it may point outside itself.

import { bad, isRecord, Refusal } from './filter-fields.ts';

const MOST_DEPTH = 32;
const MOST_NODES = 5000;
const MOST_CHARACTERS = 128 * 1024;

/** By these a schema names another one; allowed is only a place within the same document. */
const REFERENCES = new Set(['$ref', '$dynamicRef', '$recursiveRef']);
/** They give a schema an address, against which even a local reference would be resolved. Nobody needs them here. */
const ADDRESSES = new Set(['$id', '$schema']);

interface Budget {
  nodes: number;
  characters: number;
}

/** Reads a JSON schema (an object) and gives a copy. */
export function schema(value: unknown, at: string): unknown {
  if (!isRecord(value)) throw bad(at, 'must be a JSON schema, an object');
  return copy(value, at, 0, { nodes: MOST_NODES, characters: MOST_CHARACTERS });
}

function copy(value: unknown, at: string, depth: number, budget: Budget): unknown {
  spend(budget, at, typeof value === 'string' ? value.length : 0);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value !== 'object') throw bad(at, 'must be JSON');
  if (depth >= MOST_DEPTH) throw new Refusal('too-large', `${at} may be at most ${MOST_DEPTH} levels deep`);
  if (Array.isArray(value)) {
    if (value.length > budget.nodes) throw tooLarge(at);
    return value.map((entry: unknown) => copy(entry, at, depth + 1, budget));
  }
  const out: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    // Assigned, this name would set the copy's prototype instead of a member.
    if (name === '__proto__') continue;
    if (typeof member === 'string') {
      if (ADDRESSES.has(name)) continue;
      if (REFERENCES.has(name) && !member.startsWith('#')) {
        throw new Refusal('remote-schema', `${at} may refer only to its own parts ("#/...")`);
      }
    }
    spend(budget, at, name.length);
    out[name] = copy(member, at, depth + 1, budget);
  }
  return out;
}

function spend(budget: Budget, at: string, characters: number): void {
  budget.nodes -= 1;
  budget.characters -= characters;
  if (budget.nodes < 0 || budget.characters < 0) throw tooLarge(at);
}

const tooLarge = (at: string) => new Refusal('too-large', `${at} is too large a schema`);
