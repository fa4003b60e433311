// The routes of OpenAI's dialect that few servers at home have: sound to text, text to sound, and moderation. Computed from
// the input, like all that the practice models say. Source: the OpenAI API reference (audio, moderations).

import { sendJson } from '../http-server.ts';
import { answer, countTokens, samples, wav } from './answers.ts';
import { type Exchange, isObject, type Json, ModelError } from './exchange.ts';
import { isFile } from './form.ts';

/** Checks a name, waits until its model is loaded, and answers the model's own name. */
export type Use = (name: unknown) => Promise<string>;

/** False when the path is not one of these. Throws ModelError for refusals. */
export async function mediaRoute(exchange: Exchange, use: Use): Promise<boolean> {
  switch (`${exchange.method} ${exchange.path}`) {
    case 'POST /v1/audio/transcriptions':
      await transcribe(exchange, use);
      return true;
    case 'POST /v1/audio/speech':
      await speak(exchange, use);
      return true;
    case 'POST /v1/moderations':
      await moderate(exchange, use);
      return true;
    default:
      return false;
  }
}

const SECONDS_A_WORD = 0.25;

async function transcribe({ body, res }: Exchange, use: Use): Promise<void> {
  const { file, model: name, response_format: format = 'json' } = body;
  if (!isFile(file) || file.bytes.length === 0) throw new ModelError(400, 'file is required');
  if (!/\.(?:flac|m4a|mp3|mp4|mpeg|mpga|oga|ogg|opus|wav|webm|aac)$/.test(file.name)) {
    throw new ModelError(400, 'Invalid file format.');
  }
  const model = await use(name);
  const { words } = answer(model, file.bytes.toString('latin1'));
  const text = words.join(' ');
  const seconds = words.length * SECONDS_A_WORD;
  // Newer models count tokens, Whisper the time.
  const usage = model.includes('transcribe')
    ? { type: 'tokens', input_tokens: file.bytes.length, output_tokens: words.length }
    : { type: 'duration', seconds };
  const end = `00:00:0${Math.floor(seconds)}`;
  switch (format) {
    case 'json':
      return sendJson(res, 200, { text, usage });
    case 'verbose_json': {
      const segments = [{ id: 0, start: 0, end: seconds, text }];
      return sendJson(res, 200, { task: 'transcribe', language: 'english', duration: seconds, text, segments, usage });
    }
    case 'text':
      return sendText(`${text}\n`, res);
    case 'srt':
      return sendText(`1\n00:00:00,000 --> ${end},000\n${text}\n\n`, res);
    case 'vtt':
      return sendText(`WEBVTT\n\n00:00:00.000 --> ${end}.000\n${text}\n\n`, res);
    default:
      throw new ModelError(400, 'unknown response_format');
  }
}

function sendText(text: string, res: Exchange['res']): void {
  res.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
}

/** Has no encoder, as many servers at home: but for bare samples, WAV whatever is asked for. */
async function speak({ body, res }: Exchange, use: Use): Promise<void> {
  const { input, voice, speed = 1, response_format: format } = body;
  if (typeof input !== 'string' || input === '') throw new ModelError(400, 'input is required');
  if (typeof voice !== 'string' || voice === '') throw new ModelError(400, 'voice is required');
  if (typeof speed !== 'number' || speed < 0.25 || speed > 4) throw new ModelError(400, 'speed must be 0.25 to 4');
  const model = await use(body.model);
  const spoken = samples(`${model}\n${voice}\n${input}`, (countTokens(input) * SECONDS_A_WORD) / speed);
  const [type, bytes] = format === 'pcm' ? ['audio/pcm', spoken] : ['audio/wav', wav(spoken)];
  res.writeHead(200, { 'content-type': type, 'content-length': bytes.length }).end(bytes);
}

async function moderate({ body, res }: Exchange, use: Use): Promise<void> {
  const { input, model: name } = body;
  const texts = typeof input === 'string' ? [input] : Array.isArray(input) ? textsOf(input) : [];
  if (texts.length === 0) throw new ModelError(400, 'input is required');
  const model = await use(name);
  const results = texts.map((text) => {
    const flagged = /\bharm\b/i.test(text);
    const score = flagged ? 0.9 : 0.01;
    return { flagged, categories: { violence: flagged }, category_scores: { violence: score } };
  });
  sendJson(res, 200, { id: `modr-${texts.length}`, model, results });
}

/** Texts are judged one by one, parts together. */
function textsOf(input: readonly unknown[]): readonly string[] {
  if (input.every((each) => typeof each === 'string')) return input;
  if (!input.every(isObject)) throw new ModelError(400, 'input must be all texts or all parts');
  return [input.map(partText).join('\n')];
}

function partText({ type, text, image_url: image }: Json): string {
  if (type === 'text' && typeof text === 'string') return text;
  if (type === 'image_url' && isObject(image) && typeof image.url === 'string') return '';
  throw new ModelError(400, 'parts must be text or image_url');
}
