// How a model picks its words: what a chat and a completion have in common.

import { isObject } from '../../base/object.ts';
import { PAYLOAD } from '../bounds.ts';
import { bad, clamped, type Members, oneOrMore, type Read, Refusal, text, whole } from './filter-fields.ts';

const bias = clamped(-100, 100);
/** Token numbers to what is added to their likelihood. */
const logitBias: Read = (value, at) => {
  if (!isObject(value)) throw bad(at, 'must be an object');
  const entries = Object.entries(value);
  if (entries.length > PAYLOAD.biases)
    throw new Refusal('too-large', `${at} may have at most ${PAYLOAD.biases} entries`);
  if (!entries.every(([token]) => /^\d{1,9}$/.test(token))) throw bad(at, 'must have token numbers as names');
  return Object.fromEntries(entries.map(([token, by]) => [token, bias(by, at)]));
};

/** How long an answer is to be; the filter bounds it by the user's own limit afterwards. */
export const tokenCount = whole(1, Number.MAX_SAFE_INTEGER);

export const sampling: Members = {
  temperature: clamped(0, 2),
  top_p: clamped(0, 1),
  stop: oneOrMore(text(PAYLOAD.stop, 1), 0, PAYLOAD.stops),
  seed: whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  presence_penalty: clamped(-2, 2),
  frequency_penalty: clamped(-2, 2),
  logit_bias: logitBias,
};
