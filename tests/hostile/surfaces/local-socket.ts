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
      exercises: ['local socket: complaints'],
      meets: ['cut off'],
      run: (to, attacker) => {
        const note = noteOf(to);
        const words = ['{"token":"guessed"}\n', '{}\n', '\n', 'null\n', '{"id":1,"verb":"drain"}\n', '\u0000\u0001\n'];
        return attacker.crowd(6, (number) => say(attacker, note, words[number]!));
      },
    },
    {
      name: 'lines that are too long, too deep or do not end',
      exercises: ['local socket: greetingBytes'],
      meets: ['cut off'],
      run: (to, attacker) => {
        const note = noteOf(to);
        const mib = 'a'.repeat(MIB);
        const all = [[mib, mib, mib], [`${nested(400_000)}\n`], [`{"token":"${mib.slice(100)}"}\n`]];
        return attacker.crowd(all.length, (number) => say(attacker, note, ...all[number]!));
      },
    },
    {
      name: 'connections without a word, more than there may be',
      exercises: ['local socket: connections', 'local socket: greetingMs'],
      run: async (to, attacker) => {
        const note = noteOf(to);
        await Promise.all(Array.from({ length: 100 }, () => attacker.open({ path: note.path })));
        await attacker.wait();
      },
    },
    {
      // Whoever has the token may as well stop the node: this is a program of the owner's that has gone wrong.
      name: 'a program that asks for much at once and reads no answer',
      exercises: ['local socket: outstanding', 'local socket: unread', 'local socket: lineBytes'],
      meets: ['cut off'],
      run: async (to, attacker) => {
        const note = noteOf(to);
        const socket = await attacker.open({ path: note.path });
        if (!socket) return;
        socket.pause();
        await attacker.send(socket, `${JSON.stringify({ token: note.token })}\n`);
        const ask = `{"id":1,"name":"backends.get"}\n`.repeat(20);
        for (let times = 0; times < 100 && (await attacker.send(socket, ask)); times += 1)
          await new Promise((resolve) => setTimeout(resolve, 1));
        await attacker.send(socket, `{"id":1,"name":"node.get","input":"${'a'.repeat(2 * MIB)}"}\n`);
        await closed(socket.resume());
        attacker.met('cut off');
      },
    },
  ],
};
