// What is typed of an image of the user's own, read as the setting has it.
import { describe, expect, it } from 'vitest';
import { EMPTY, type Entry, read } from '../../../../src-renderer/parts/boxes/own-image.ts';

const whole: Entry = { ...EMPTY, name: 'shell', image: ' example/sshd ', passwordVariable: 'ROOT_PASSWORD' };

describe('the form of an image', () => {
  it('is what the setting holds', () => {
    expect(read(whole, []).image).toEqual({
      name: 'shell',
      image: 'example/sshd',
      sshPort: 22,
      passwordVariable: 'ROOT_PASSWORD',
    });
    const web: Entry = { ...whole, sshPort: '', ports: '8080, 9000' };
    expect(read(web, []).image).toEqual({ name: 'shell', image: 'example/sshd', ports: [8080, 9000] });
  });

  it.each<[string, Partial<Entry>, readonly string[]]>([
    ['no name', { name: '' }, ['name']],
    ['no image', { image: '' }, ['image']],
    ['an option in place of an image', { image: '--rm' }, ['image']],
    ['a port that is none', { sshPort: 'ssh' }, ['sshPort']],
    ['no variable', { passwordVariable: '' }, ['passwordVariable']],
    ['a variable that is none', { passwordVariable: 'A B' }, ['passwordVariable']],
    ['no way in', { sshPort: '' }, ['noWay']],
    ['another port that is none', { ports: '99999' }, ['ports']],
    ['the port of SSH again', { ports: '22' }, ['ports']],
    ['a name that is taken', { name: 'other' }, ['taken']],
  ])('with %s says so, and is not taken', (_, change, wrong) => {
    const reading = read({ ...whole, ...change }, ['other']);
    expect([[...reading.wrong], reading.image]).toEqual([wrong, undefined]);
  });
});
