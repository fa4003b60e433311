// Forms with parts as domain servers send and take them, written apart from the node's own. Whole in memory: for small data.

export interface FormPart {
  readonly parameters: Readonly<Record<string, string>>;
  readonly data: Buffer;
}

/** What a domain server writes before the bytes of a part, and behind the last one. */
export function partHead(boundary: string, parameters: Readonly<Record<string, string | number>>): string {
  const written = Object.entries(parameters).map(([name, value]) => `; ${name}="${value}"`);
  return `--${boundary}\r\nContent-Type: application/octet-stream\r\nContent-Disposition: form-data${written.join('')}\r\n\r\n`;
}

/** Undefined where it is no such form. */
export function readForm(contentType: string | undefined, body: Buffer): FormPart[] | undefined {
  const boundary = /;\s*boundary="?([^";]+)"?/i.exec(contentType ?? '')?.[1];
  if (!boundary) return undefined;
  // A byte is a character, so that nothing of the data is lost.
  const [, ...sections] = `\r\n${body.toString('latin1')}`.split(`\r\n--${boundary}`);
  if (sections.pop()?.startsWith('--') !== true) return undefined;
  return sections.map((section) => {
    const blank = section.indexOf('\r\n\r\n');
    const disposition = /^content-disposition:(.*)$/im.exec(section.slice(0, blank))?.[1] ?? '';
    const parameters = [...disposition.matchAll(/;\s*([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]);
    return {
      parameters: Object.fromEntries(parameters) as Record<string, string>,
      data: Buffer.from(section.slice(blank + 4), 'latin1'),
    };
  });
}
