// What is looked at within a place, as the part of its address behind the name: `state=failed&model=llama3`. Written with as
// few escapes as will do, since the address as a whole is escaped once more.

export type Query = Readonly<Record<string, string>>;

/** In the order given; what is empty is left out. */
export function writeQuery(query: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(query)
    .flatMap(([name, value]) => (value === undefined || value === '' ? [] : [`${name}=${escaped(value)}`]))
    .join('&');
}

/** Of what came from outside: the first value of each name, whatever it means. */
export function readQuery(text: string): Query {
  const query: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const part of text.split('&')) {
    const at = part.indexOf('=');
    const name = part.slice(0, at);
    if (at > 0 && query[name] === undefined) query[name] = plain(part.slice(at + 1));
  }
  return query;
}

function escaped(value: string): string {
  return value.replace(/[%&]/g, (mark) => (mark === '%' ? '%25' : '%26'));
}

function plain(value: string): string {
  return value.replace(/%(25|26)/g, (_, code) => (code === '25' ? '%' : '&'));
}
