// What an intent may be called, and which ones a directory of the public mesh turns away by their name alone.

import * as is from './check.ts';
import { refusal } from './exchange.ts';

const INTENT = /^urn:iicp:intent:[a-z0-9_-]+(?::[a-z0-9_-]+)+:v[0-9]+$/;

/** This directory's pick of uses that the EU's AI Act forbids; the public mesh refuses intents named after such. */
const PROHIBITED = ['social_scoring', 'biometric_categorisation', 'emotion_recognition', 'predictive_policing'];

/** Its pick of decisions about people that the Act calls high-risk. The public mesh leaves them to networks with people in charge. */
const HIGH_RISK = [
  'credit:decision',
  'credit:score',
  'credit_scoring',
  'recruitment:decision',
  'education:admission',
  'medical:diagnosis',
  'asylum:decision',
  'law_enforcement',
  'critical_infrastructure',
];

/** Throws Refusal: 422 validation_error for a form that is none, IICP-POLICY-001 for a use that is not wanted. */
export const intentUrn: is.Check = (value, name) => {
  is.pattern(INTENT)(value, name);
  const flat = (value as string).replaceAll('-', '_');
  const named = (uses: readonly string[]) => uses.some((use) => flat.includes(use));
  if (named(PROHIBITED)) throw refusal(422, 'IICP-POLICY-001', `${name} is a prohibited use`);
  if (named(HIGH_RISK)) throw refusal(422, 'IICP-POLICY-001', `${name} is a high-risk use`);
};
