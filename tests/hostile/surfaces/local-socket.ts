// The socket of the command line, as a program without the token meets it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Surface } from '../attack.ts';
import { type Attacker, closed } from '../attacker.ts';
import { MIB, nested } from '../bytes.ts';
import { type NodeTarget, nodeStage } from '../node.ts';

interface Note {
  readonly path: string;
  readonly token: string;
}

const noteOf = ({ dataDir }: NodeTarget) => JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8')) as Note;

async function say(attacker: Attacker, { path }: Note, ...pieces: readonly string[]): Promise<void> {
  const socket = await attacker.open({ path });
  if (!socket) return attacker.met('cut off');
  for (const piece of pieces) if (!(await attacker.send(socket, piece))) break;
  await Promise.race([closed(socket), attacker.wait()]);
  if (!attacker.over) attacker.met('cut off');
}

export const localSocket: Surface<NodeTarget> = {
  name: 'local socket',
  stage: () => nodeStage(),
  attacks: [
    {
      name: 'greetings without the token',
      exercises: ['local socket: greetingMs'],
      meets: ['cut off'],
      run: (to, attacker) => {
        const note = noteOf(to);
        const words = ['{"token":"guessed"}\n', '{}\n', '\n', 'null\n', '{"id":1,"verb":"drain"}\n', '\u0000\u0001\n'];
        return attacker.crowd(6, (number) => say(attacker, note, words[number]!));
      },
    },
    {
      name: 'lines that are too long, too deep or do not end',
      exercises: ['local socket: line'],
      meets: ['cut off'],
      run: (to, attacker) => {
        const note = noteOf(to);
        const greeting = `${JSON.stringify({ token: note.token })}\n`;
        const mib = 'a'.repeat(MIB);
        const all = [
          [mib, mib, mib],
          [`${nested(400_000)}\n`],
          [greeting, mib, mib],
          [greeting, `{"id":1,"name":"work.list","input":${nested(400_000)}}\n`, 'x\n'],
        ];
        return attacker.crowd(all.length, (number) => say(attacker, note, ...all[number]!));
      },
    },
    {
      name: 'connections without a word, more than there may be',
      exercises: ['local socket: connections', 'local socket: idleMs'],
      run: async (to, attacker) => {
        const note = noteOf(to);
        await Promise.all(Array.from({ length: 100 }, () => attacker.open({ path: note.path })));
        await attacker.wait();
      },
    },
    {
      name: 'questions without number, whose answers are not read',
      exercises: ['local socket: outstanding', 'local socket: unread'],
      run: (to, attacker) => {
        const note = noteOf(to);
        const ask = `{"id":1,"name":"settings.get","input":{}}\n`.repeat(200);
        return attacker.crowd(8, async () => {
          const socket = await attacker.open({ path: note.path });
          if (!socket) return;
          socket.pause();
          await attacker.send(socket, `${JSON.stringify({ token: note.token })}\n`);
          while (await attacker.send(socket, ask));
          await Promise.race([closed(socket), attacker.wait()]);
        });
      },
    },
  ],
};
