// Programs and containers that do leased jobs. Their user has chosen them, and still they may be wrong, or work on what a stranger made.
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attack, Surface } from '../attack.ts';
import { type ChildTarget, childStage } from '../child-stage.ts';

const DEEP = `{"progress":${'['.repeat(20_000)}1${']'.repeat(20_000)}}`;
const MANY = `{"event":[${Array.from({ length: 30_000 }, () => 0).join()}]}`;

/** A shell script as a runner, in a folder of its own; how its job ended, and whether something of it is left. */
async function job(to: ChildTarget, text: string, timeLimitSecs = 2): Promise<readonly string[]> {
  const folder = join(to.folder, randomUUID());
  mkdirSync(folder);
  const program = join(folder, 'run.sh');
  writeFileSync(program, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  const ended = await to.do('runner', { folder, program, timeLimitSecs });
  const left = readdirSync(join(folder, 'work'));
  return [...ended, left.length === 0 ? 'nothing left' : `left ${left.join()}`];
}

interface Said {
  readonly name: string;
  readonly exercises: readonly string[];
  readonly meets: readonly string[];
  readonly text: string;
  readonly timeLimitSecs?: number;
}

function attack({ name, exercises, meets, text, timeLimitSecs }: Said): Attack<ChildTarget> {
  return {
    name,
    exercises: exercises.map((row) => `runners: ${row}`),
    meets: [...meets, 'nothing left'],
    avoids: ['uploaded'],
    async run(to, attacker) {
      attacker.count(text.length);
      for (const each of await job(to, text, timeLimitSecs)) attacker.met(each);
    },
  };
}

/** Their files come from a program on this computer, as no bytes of a network do. */
export const runners: Surface<ChildTarget> = {
  name: 'runners',
  stage: () => childStage((to) => job(to, 'echo \'{"progress":1}\'; echo done >result; rm result')),
  attacks: [
    attack({
      name: 'lines without end, as fast as they come',
      exercises: ['lines', 'talkBytes'],
      meets: ['runners.time-over'],
      text: `yes '{"event":1}'`,
    }),
    attack({
      name: 'one line without an end',
      exercises: ['lineBytes', 'logLineBytes', 'logBytes'],
      meets: ['runners.time-over'],
      text: 'cat /dev/zero & exec cat /dev/zero >&2',
    }),
    attack({
      name: 'JSON that becomes much more than it is',
      exercises: ['jsonDepth', 'jsonValues'],
      meets: ['runners.exit-code', 'heard 0'],
      text: `i=0; while [ $i -lt 20 ]; do cat <<'E'\n${DEEP}\n${MANY}\nE\ni=$((i+1)); done; exit 1`,
      timeLimitSecs: 20,
    }),
    attack({
      name: 'gigabytes, written and only claimed',
      exercises: ['watchMs'],
      meets: ['runners.disk-limit'],
      text: 'truncate -s 900G big; cat /dev/zero | head -c 200000000 >"$TMPDIR/more"; sleep 60',
      timeLimitSecs: 20,
    }),
    attack({
      name: 'files by the ten thousand',
      exercises: ['entries'],
      meets: ['runners.too-many-files'],
      text: 'seq 1 30000 | xargs touch; sleep 60',
      timeLimitSecs: 30,
    }),
    attack({
      name: 'folders deeper than a path leads',
      exercises: ['depth'],
      meets: ['runners.too-deep'],
      text: 'i=0; while [ $i -lt 2500 ]; do mkdir ddd && cd -P ddd || break; i=$((i+1)); done',
      timeLimitSecs: 30,
    }),
    attack({
      name: 'names that are none',
      exercises: ['nameBytes'],
      meets: ['runners.result-name'],
      text: 'echo x >"$(printf %0250d 0)"',
    }),
    attack({
      name: 'links out of its folder, and into it',
      exercises: [],
      meets: ['runners.result-link'],
      text: 'ln -s / root; ln -s .. up; ln -s loop loop',
    }),
    attack({
      name: 'children that leave their group, and care for no signal',
      exercises: ['graceMs'],
      meets: ['runners.time-over'],
      text: 'trap "" TERM; for i in 1 2 3 4 5 6 7 8; do setsid sh -c \'trap "" TERM; sleep 61\' & done; sleep 62; sleep 63',
      timeLimitSecs: 1,
    }),
  ],
};
