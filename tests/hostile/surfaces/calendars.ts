// A calendar of somebody else's, out of which the owner takes the week.
import fc from 'fast-check';
import type { Surface } from '../attack.ts';
import { some } from '../bytes.ts';
import { type ChildTarget, childStage } from '../child-stage.ts';

/** As much text as a face hands on. */
const LONGEST = 262_144;
const event = (lines: string) => `BEGIN:VEVENT\r\nDTSTART:20260105T080000\r\n${lines}\r\nEND:VEVENT\r\n`;
const calendar = (inner: string) => `BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${inner}END:VCALENDAR\r\n`.slice(0, LONGEST);
const WEEKLY = 'DURATION:PT8H\r\nRRULE:FREQ=WEEKLY;BYDAY=MO';

const BOMBS = [
  calendar(event(WEEKLY).repeat(1001)),
  calendar(event('DURATION:PT1S\r\nRRULE:FREQ=SECONDLY;COUNT=2147483647')),
  calendar(event(`${WEEKLY}\r\nRDATE:20260105T080000`.repeat(5000))),
  calendar(event('DURATION:P999999999W\r\nRRULE:FREQ=WEEKLY')),
  calendar(event('DTEND:99991231T235959\r\nRRULE:FREQ=WEEKLY;INTERVAL=0')),
  calendar('BEGIN:X\r\n'.repeat(20_000)),
  calendar(event(`X;${'A="b";'.repeat(30_000)}:c`)),
  calendar(event(`SUMMARY:${'\r\n x'.repeat(60_000)}`)),
  `BEGIN:VCALENDAR\r\n${'BEGIN:VEVENT\r\n'.repeat(15_000)}`,
];
const odd = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'BEGIN:VEVENT',
        'END:VEVENT',
        WEEKLY,
        'RRULE:FREQ=',
        'DTSTART;TZID=X:20260230T256199',
        'DURATION:-PT',
        ';',
        ':',
        '=',
        '"',
      ),
      fc.string({ unit: 'binary', maxLength: 20 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => calendar(`${parts.join('\r\n')}\r\n`));

const honest = calendar(event(WEEKLY).repeat(200));

export const calendars: Surface<ChildTarget> = {
  name: 'calendar files',
  stage: () => childStage((to) => to.do('calendar', { text: honest })),
  attacks: [
    {
      name: 'calendars that are bombs, or wrong in all ways',
      exercises: ['calendar files: events'],
      meets: ['availability.too-many-events', 'availability.not-a-calendar'],
      async run(to, attacker) {
        for (const text of [...BOMBS, ...some(odd, 100, attacker.seed)]) {
          if (attacker.over) return;
          attacker.count(text.length);
          await to.do('calendar', { text }).then(
            () => attacker.met('taken'),
            (error: Error) => attacker.met(error.message),
          );
        }
      },
    },
  ],
};
