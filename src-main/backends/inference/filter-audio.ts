// What of a stranger's order to write down sound, or to speak text, a model server may see.

import { PAYLOAD } from '../bounds.ts';
import { bad, clamped, list, matching, oneOf, Refusal, shape, text } from './filter-fields.ts';
import { soundData } from './filter-messages.ts';
import { inBase64, soundOf } from './sound.ts';

const transcription = shape({
  audio: soundData,
  audio_b64: soundData,
  language: matching(/^[A-Za-z]{2,20}(?:-[A-Za-z0-9]{1,8}){0,3}$/, 'must be a language, such as en or pt-BR'),
  prompt: text(PAYLOAD.soundPrompt),
  temperature: clamped(0, 1),
  response_format: oneOf('json', 'text', 'srt', 'verbose_json', 'vtt'),
  timestamp_granularities: list(oneOf('word', 'segment'), 0, 2),
});

/**
 * Comes out with the sound as `audio` and a `filename` for it. What the caller calls it stays out: the name's ending tells
 * some servers how to decode, so it is made from the data, and nothing else in it is needed.
 */
export function readTranscription(payload: unknown): Record<string, unknown> {
  const { audio, audio_b64: older, ...members } = transcription(payload, 'payload');
  const data = (audio ?? older) as string | undefined;
  if (data === undefined) throw bad('payload.audio', 'is missing');
  const format = soundOf(inBase64(data));
  // Decoders open what they recognise, and play lists and the like have them fetch addresses.
  if (!format) throw new Refusal('unsupported', 'payload.audio must be wav, mp3, ogg, flac, aac, m4a or webm');
  return { audio: data, filename: `audio.${format}`, ...members };
}

const speech = shape(
  {
    input: text(PAYLOAD.spoken, 1),
    // Some servers take a file's path or an address for a voice to imitate.
    voice: matching(/^[\p{L}\p{N}][\p{L}\p{N} _.,()+-]{0,63}$/u, 'must be the name of a voice'),
    response_format: oneOf('mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'),
    speed: clamped(0.25, 4),
    instructions: text(PAYLOAD.spoken),
  },
  ['input'],
);

export function readSpeech(payload: unknown): Record<string, unknown> {
  return { voice: 'alloy', ...speech(payload, 'payload') };
}
