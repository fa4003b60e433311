// Sentences of the engine that have no code, such as what was seen of an address: put together of fixed ones, each with its twin
// in the other language. Pure.

/** By the engine's own (English) sentence; `*` stands for what differs, up to two in one, and comes again in the same order. */
export type Phrases = Readonly<Record<string, string>>;

/** Each sentence by its twin; one that has none stays as it is. */
export function rephrase(text: string, phrases: Phrases): string {
  const whole = twinOf(text, phrases);
  if (whole !== undefined) return whole;
  return text
    .split(/(?<=[.!?]) (?=\S)/)
    .map((sentence) => twinOf(sentence, phrases) ?? sentence)
    .join(' ');
}

function twinOf(sentence: string, phrases: Phrases): string | undefined {
  const same = phrases[sentence];
  if (same !== undefined) return same;
  for (const [pattern, twin] of Object.entries(phrases)) {
    const parts = pattern.split('*');
    const held = parts.length > 1 ? heldBetween(sentence, parts) : undefined;
    if (!held) continue;
    let next = 0;
    return twin.replace(/\*/g, () => held[next++] ?? '');
  }
  return undefined;
}

/** What stands in a sentence between the parts of a pattern; undefined where it is another sentence. */
function heldBetween(sentence: string, parts: readonly string[]): string[] | undefined {
  const [first = '', ...rest] = parts;
  if (!sentence.startsWith(first)) return undefined;
  let at = first.length;
  const held: string[] = [];
  for (const [index, part] of rest.entries()) {
    const last = index === rest.length - 1;
    const found =
      last && part === '' ? sentence.length : last ? sentence.lastIndexOf(part) : sentence.indexOf(part, at);
    if (found < at || (last && found + part.length !== sentence.length)) return undefined;
    held.push(sentence.slice(at, found));
    at = found + part.length;
  }
  return held;
}
