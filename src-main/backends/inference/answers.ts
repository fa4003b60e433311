// What an answer looks like for each kind of work, so that nothing else passes for one: servers, and proxies before them, say
// errors with status 200, as JSON, as a page, or with nothing at all.

import { isUtf8 } from 'node:buffer';
import type { InferenceOutcome } from '../backend.ts';
import { judgeJson, judgeParsed, MALFORMED, type Reply, SERVER_ERROR, saysError } from './judge.ts';
import { type Json, objectOf, parseObject } from './shapes.ts';
import { inBytes, SOUND_TYPES, type SoundFormat, soundOf } from './sound.ts';

/** `payload` is the filtered one; it may have to be parsed anew, so it is read only where it is needed. */
export type ReadAnswer = (reply: Reply, asked: { readonly payload: Json }) => InferenceOutcome;

export const chat = inJson(({ choices }) =>
  all(choices, (choice) => objectOf(objectOf(choice)?.message) !== undefined),
);

export const completion = inJson(({ choices }) => all(choices, (choice) => typeof objectOf(choice)?.text === 'string'));

export const embedding = inJson(({ data }) =>
  all(data, (entry) => {
    const vector = objectOf(entry)?.embedding;
    if (typeof vector === 'string') return vector.length > 0;
    return Array.isArray(vector) && typeof vector[0] === 'number';
  }),
);

export const moderation = inJson(({ results }) =>
  all(results, (result) => typeof objectOf(result)?.flagged === 'boolean'),
);

/**
 * `{text, ...}` as it came; or plain text, where that was asked for, as `{text}`. An empty body is none: a server that heard
 * nothing and one that failed would look the same.
 */
export const transcription: ReadAnswer = ({ bytes, contentType }, { payload: { response_format: format } }) => {
  if (bytes.length === 0 || !isUtf8(bytes)) return MALFORMED;
  const body = bytes.toString();
  const value = parsed(body);
  const json = objectOf(value);
  if (json) return judgeParsed(body, json, ({ text }) => typeof text === 'string');
  // FastAPI writes a text that was returned as it is as a JSON string.
  const text = typeof value === 'string' && typeOf(contentType) === 'application/json' ? value : body;
  return TEXTS.get(format)?.test(text) && !isPage(contentType, text) ? done({ text }) : MALFORMED;
};

/** The formats that are no JSON, by how they begin. */
const TEXTS: ReadonlyMap<unknown, RegExp> = new Map([
  ['text', /^/],
  ['srt', /^\uFEFF?\s*(?:$|\d+\s*\r?\n\d\d:\d\d:\d\d[,.]\d{3} --> )/],
  ['vtt', /^\uFEFF?WEBVTT(?:\s|$)/],
]);

/**
 * Sound as `{audio: base64, content_type, format}`, called what it is whatever the server or the caller call it. It is within
 * the bound of every reply (16 MiB), which holds five minutes of uncompressed speech.
 */
export const speech: ReadAnswer = ({ bytes, contentType }, { payload: { response_format: asked } }) => {
  const found = soundOf(inBytes(bytes));
  const format = isSamples(found, bytes, contentType, asked) ? 'pcm' : found;
  if (format) {
    const answer = { audio: bytes.toString('base64'), content_type: SOUND_TYPES[format], format };
    // Nothing in it wants escaping, and to look for that in megabytes takes time in which others wait.
    return done(answer, `{"audio":"${answer.audio}","content_type":"${answer.content_type}","format":"${format}"}`);
  }
  const json = bytes.length > MOST_ERROR ? undefined : parseObject(bytes.toString());
  return json && saysError(json) ? SERVER_ERROR : MALFORMED;
};

const MOST_ERROR = 64 * 1024;
const SAMPLES = new Set(['audio/pcm', 'audio/x-pcm', 'audio/l16', 'audio/raw']);
const UNKNOWN = new Set(['', 'application/octet-stream', 'binary/octet-stream']);

/** Bare samples have no beginning to know them by: the type has to say so, or to be silent where they were asked for. */
function isSamples(found: SoundFormat | undefined, bytes: Buffer, contentType: string, asked: unknown): boolean {
  // The first samples may look like the header of a frame.
  if (bytes.length === 0 || (found && found !== 'mp3' && found !== 'aac')) return false;
  const type = typeOf(contentType);
  if (!SAMPLES.has(type) && !(asked === 'pcm' && UNKNOWN.has(type))) return false;
  return !/^[\t\n\r\x20-\x7e]*$/.test(bytes.toString('latin1', 0, 512));
}

function inJson(holds: (json: Json) => boolean): ReadAnswer {
  return ({ bytes }) => judgeJson(bytes.toString(), holds);
}

function all(list: unknown, fits: (entry: unknown) => boolean): boolean {
  return Array.isArray(list) && list.length > 0 && list.every(fits);
}

/** An answer that has no JSON of its own; such servers count no tokens. */
function done(json: Json, text = JSON.stringify(json)): InferenceOutcome {
  return { kind: 'done', text, json, usage: { tokensIn: 0, tokensOut: 0 } };
}

function typeOf(contentType: string): string {
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

function isPage(contentType: string, text: string): boolean {
  return /^(?:text\/html|application\/xhtml)/i.test(contentType) || /^\s*<(?:!doctype|html|\?xml)/i.test(text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
