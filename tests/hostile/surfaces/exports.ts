// What strangers can write into the owner's files: the names of tasks that earned stand in the exported ledger.
import { connectSocket } from '../../../src-main/faces/socket.ts';
import type { Surface } from '../attack.ts';
import { post, task } from '../bytes.ts';
import { type NodeTarget, nodeStage } from '../node.ts';

const NAMES = [
  '=HYPERLINK("http://evil.example","click")',
  '+1+1',
  '-2+3',
  '@SUM(A1)',
  '\t=1+1',
  '" ,=1+1',
  '\uff1d1+1',
  "'=1",
  '%0A=1',
  'a\r\n=1+1,b',
  '\u202egnp.exe',
  '\u2066\u2069\u200f\u061c',
  '\ufeff=1+1',
  '\u2028=1',
  '\u200b=1+1',
  '\ud800',
  '\u0000',
  '</script><script>alert(1)</script>',
];
const FORMULA = /^[\s"'\p{Cf}]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]/u;
/** Marks that turn text about or hide it, and control characters other than line ends. */
const MARK = /[\p{Cf}]|[^\P{Cc}\r\n]/u;

export const exports: Surface<NodeTarget> = {
  name: 'exports',
  stage: () => nodeStage(),
  attacks: [
    {
      name: 'names of tasks that are formulas, marks and line ends',
      exercises: ['exports: rows', 'exports: characters'],
      meets: ['200'],
      avoids: ['a formula in CSV', 'a mark in csv', 'a mark in json', 'a line too many'],
      run: async (to, attacker) => {
        let at = 0;
        await attacker.crowd(2, async () => {
          at += 1;
          const name = NAMES[at % NAMES.length]!;
          await attacker.status(to.at, post(task({ task_id: at > NAMES.length ? name.padEnd(255, '\u202e') : name })));
        });
        const own = await connectSocket(to.dataDir);
        for (const format of ['csv', 'json'] as const) {
          let after: string | undefined;
          do {
            const part = await own!.request('earnings.export', { format, ...(after && { after }) });
            if (MARK.test(part.text)) attacker.met(`a mark in ${format}`);
            if (format === 'csv') {
              const lines = part.text.split('\r\n').slice(0, -1);
              if (lines.length !== part.rows + (after ? 0 : 1)) attacker.met('a line too many');
              // A number of ours may begin with a minus; the ids of tasks are texts.
              const ids = lines.slice(after ? 0 : 1).map((line) => fieldsOf(line)[10] ?? '');
              if (ids.some((id) => FORMULA.test(id) && !id.startsWith("'"))) attacker.met('a formula in CSV');
            }
            after = part.next ?? undefined;
          } while (after !== undefined);
        }
        own!.close();
      },
    },
  ],
};

/** By RFC 4180. */
const fieldsOf = (line: string) =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
