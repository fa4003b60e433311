import { describe, expect, it } from 'vitest';
import { Emitter } from '../../../src-main/base/emitter.ts';

const emitter = () => new Emitter<{ tick: number; tock: string }>();

describe('Emitter', () => {
  it('tells each listener of its event, in the order they came, until its off', () => {
    const events = emitter();
    const heard: string[] = [];
    const off = events.on('tick', (count) => heard.push(`a${count}`));
    events.on('tick', (count) => heard.push(`b${count}`));
    events.on('tock', (word) => heard.push(word));
    events.emit('tick', 1);
    off();
    off();
    events.emit('tick', 2);
    events.emit('tock', 'c');
    expect(heard).toEqual(['a1', 'b1', 'b2', 'c']);
  });

  it('takes the same function twice as two listeners, each with its own off', () => {
    const events = emitter();
    let heard = 0;
    const listener = () => {
      heard += 1;
    };
    const off = events.on('tick', listener);
    events.on('tick', listener);
    events.emit('tick', 1);
    off();
    events.emit('tick', 2);
    expect(heard).toBe(3);
  });

  it('lets listeners come and go while it tells', () => {
    const events = emitter();
    const heard: string[] = [];
    const off = events.on('tick', () => {
      off();
      heard.push('once');
      events.on('tick', () => heard.push('late'));
    });
    events.on('tick', () => heard.push('steady'));
    events.emit('tick', 1);
    expect(heard.splice(0)).toEqual(['once', 'steady']);
    events.emit('tick', 2);
    expect(heard).toEqual(['steady', 'late']);
  });

  it('does not let a listener that throws keep the others from hearing', () => {
    const events = emitter();
    const heard: number[] = [];
    events.on('tick', () => {
      throw new Error('a bug');
    });
    events.on('tick', (count) => heard.push(count));
    expect(() => events.emit('tick', 7)).toThrow('a bug');
    expect(heard).toEqual([7]);
  });

  it('says nothing to nobody', () => {
    expect(() => emitter().emit('tick', 1)).not.toThrow();
  });
});
