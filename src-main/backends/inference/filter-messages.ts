// The messages of a chat. Images and sound come as inline data only: an address in their place would have the model server
// fetch it from inside the home network (server-side request forgery).

import { isObject } from '../../base/object.ts';
import { PAYLOAD } from '../bounds.ts';
import {
  bad,
  base64,
  flag,
  list,
  type Members,
  matching,
  oneOf,
  own,
  type Read,
  Refusal,
  shape,
  text,
} from './filter-fields.ts';
import { schema } from './filter-schema.ts';
import { isPicture } from './picture.ts';
import { inBase64, soundOf } from './sound.ts';

const DATA_IMAGE = /^data:image\/(?:png|jpeg|webp|gif);base64,/;
const imageBytes = base64(PAYLOAD.media);

/** An inline image: a data URL, of which the type, every character of the data and how they begin are checked. */
const imageUrl: Read = (value, at) => {
  if (typeof value !== 'string') throw bad(at, 'must be text');
  const start = DATA_IMAGE.exec(value)?.[0];
  if (start === undefined) {
    throw new Refusal(
      'remote-media',
      `${at} must be an inline image, data:image/png (or jpeg, webp, gif);base64,... Addresses are not fetched`,
    );
  }
  const data = value.slice(start.length);
  imageBytes(data, at);
  if (!isPicture(data)) throw new Refusal('unsupported', `${at} must be png, jpeg, webp or gif`);
  return value;
};

const image = shape({ url: imageUrl, detail: oneOf('auto', 'low', 'high') }, ['url']);
/** Ollama also takes the bare text. */
const imageOrUrl: Read = (value, at) => image(typeof value === 'string' ? { url: value } : value, at);

const soundBytes = base64(PAYLOAD.media);
/** Sound as base64, never by its address. */
export const soundData = (value: unknown, at: string): string => {
  if (typeof value === 'string' && /^[a-z][a-z0-9+.-]*:/i.test(value.slice(0, 32))) {
    throw new Refusal('remote-media', `${at} must be inline base64 data. Addresses are not fetched`);
  }
  return soundBytes(value, at);
};

/** The same, and it begins as sound does: decoders open play lists too, and fetch what those name. */
const sound = (value: unknown, at: string): string => {
  const data = soundData(value, at);
  if (!soundOf(inBase64(data))) throw new Refusal('unsupported', `${at} must be wav or mp3`);
  return data;
};

const PARTS = {
  text: { type: oneOf('text'), text: text(PAYLOAD.text) },
  image_url: { type: oneOf('image_url'), image_url: imageOrUrl },
  input_audio: {
    type: oneOf('input_audio'),
    input_audio: shape({ data: sound, format: oneOf('wav', 'mp3') }, ['data', 'format']),
  },
} satisfies Record<string, Members>;

/** A list of parts of these types, as the content of a message has them. */
export function partsOf(...types: readonly (keyof typeof PARTS)[]): Read {
  const readers = new Map<unknown, Read>(types.map((type) => [type, shape(PARTS[type], Object.keys(PARTS[type]))]));
  const part: Read = (value, at) => {
    const read = isObject(value) ? readers.get(own(value, 'type')) : undefined;
    // Dropping a part would answer another question than the one asked.
    if (!read) throw new Refusal('unsupported', `${at} must be of one of the types ${types.join(', ')}`);
    return read(value, at);
  };
  return list(part, 1, PAYLOAD.parts);
}

const plainText = text(PAYLOAD.text);
const parts = partsOf('text', 'image_url', 'input_audio');
const content: Read = (value, at) => (typeof value === 'string' ? plainText(value, at) : parts(value, at));

const calledFunction = shape({ name: text(PAYLOAD.name, 1), arguments: text(PAYLOAD.text) }, ['name', 'arguments']);
const toolCall = shape({ id: text(PAYLOAD.id), type: oneOf('function'), function: calledFunction }, ['function']);

const spoken: Members = { role: oneOf('system', 'developer', 'user'), content, name: text(PAYLOAD.name) };
const ROLES: Readonly<Record<string, ReturnType<typeof shape>>> = {
  system: shape(spoken, ['content']),
  developer: shape(spoken, ['content']),
  user: shape(spoken, ['content']),
  assistant: shape({
    role: oneOf('assistant'),
    content,
    name: text(PAYLOAD.name),
    tool_calls: list(toolCall, 1, PAYLOAD.toolCalls),
  }),
  tool: shape({ role: oneOf('tool'), content, name: text(PAYLOAD.name), tool_call_id: text(PAYLOAD.id) }, ['content']),
};

const message: Read = (value, at) => {
  if (!isObject(value)) throw bad(at, 'must be an object');
  const role = own(value, 'role');
  const read = typeof role === 'string' && Object.hasOwn(ROLES, role) ? ROLES[role] : undefined;
  if (!read) throw bad(`${at}.role`, `must be one of ${Object.keys(ROLES).join(', ')}`);
  const out = read(value, at);
  if (role === 'assistant' && out.tool_calls === undefined && out.content === undefined) {
    throw bad(`${at}.content`, 'is missing');
  }
  return out;
};

/** `messages` of a chat: at least one, each with a known role, text or parts. */
export const messages = list(message, 1, PAYLOAD.messages);

/** As clients name functions and schemas (OpenAI takes fewer signs). Servers put them into grammars as they are. */
const givenName = matching(/^[\w.:/-]{1,64}$/, 'must be a name of 1 to 64 letters, digits and _ . : / -');

const functionTool = shape(
  {
    type: oneOf('function'),
    function: shape({ name: givenName, description: text(PAYLOAD.description), parameters: schema, strict: flag }, [
      'name',
    ]),
  },
  ['function'],
);

/** Only functions, which the caller runs. Tools that the server would run itself (search, files, MCP) reach out from here. */
const tool: Read = (value, at) => {
  if (isObject(value) && own(value, 'type') !== 'function') {
    throw new Refusal('unsupported', `${at} must be of type function`);
  }
  return functionTool(value, at);
};

export const tools = list(tool, 0, PAYLOAD.tools);

const toolWord = oneOf('none', 'auto', 'required');
const namedTool = shape({ type: oneOf('function'), function: shape({ name: givenName }, ['name']) }, [
  'type',
  'function',
]);
export const toolChoice: Read = (value, at) => (typeof value === 'string' ? toolWord(value, at) : namedTool(value, at));

const jsonSchema = shape({ name: givenName, description: text(PAYLOAD.description), strict: flag, schema }, ['name']);
const plainFormat = shape({ type: oneOf('text', 'json_object', 'json_schema') }, ['type']);
const schemaFormat = shape({ type: oneOf('json_schema'), json_schema: jsonSchema }, ['type', 'json_schema']);
export const responseFormat: Read = (value, at) => {
  const asked = plainFormat(value, at);
  return asked.type === 'json_schema' ? schemaFormat(value, at) : asked;
};

/** The schemas in what was read here. */
export function schemasIn({ tools: offered, response_format: format }: Record<string, unknown>): readonly unknown[] {
  const ofTools = (Array.isArray(offered) ? offered : []) as readonly { function: { parameters?: unknown } }[];
  const { json_schema: answer } = (format ?? {}) as { json_schema?: { schema?: unknown } };
  return [...ofTools.map((each) => each.function.parameters), answer?.schema];
}
