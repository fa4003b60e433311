// Shows that the person at a page of the console also sits in front of this computer, or is its owner from afar: the page
// gets a number, and `hearth confirm NUMBER` says yes to it over the local socket, which no other user can open.
//
// The number is no secret. It says which page is meant, and one that another page shows confirms that other page alone.
import type { RequestName } from '../../src-preload/contract/names.ts';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Session } from './access.ts';
import { CONSOLE_LIMITS } from './bounds.ts';
import { ConfirmAtTheComputer, NoSuchNumber } from './errors.ts';

const DIGITS = 6;

export interface Confirmed {
  readonly session: Session;
  /** What the page wanted when it was given the number. */
  readonly asked: RequestName;
}

interface Waiting extends Confirmed {
  readonly number: string;
  readonly until: number;
}

export class Confirmations {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #command: string;
  /** One a session at most, so no more than there are sessions. */
  #waiting: Waiting[] = [];
  #confirmed = new WeakMap<Session, number>();

  /** `command`: what the user types before the number. */
  constructor(deps: { readonly clock: Clock; readonly random: Random }, command: string) {
    this.#clock = deps.clock;
    this.#random = deps.random;
    this.#command = command;
  }

  /** Throws ConfirmAtTheComputer, with the number to confirm, unless this page was confirmed within the last ten minutes. */
  demand(session: Session, asked: RequestName): void {
    const now = this.#clock.monotonic();
    if ((this.#confirmed.get(session) ?? 0) > now) return;
    this.#confirmed.delete(session);
    this.#waiting = this.#waiting.filter(({ until }) => until > now);
    const earlier = this.#waiting.find((waiting) => waiting.session === session);
    const number = earlier?.number ?? this.#fresh();
    const mine: Waiting = { number, session, asked, until: now + CONSOLE_LIMITS.confirmMs };
    this.#waiting = [...this.#waiting.filter((waiting) => waiting !== earlier), mine].slice(-CONSOLE_LIMITS.sessions);
    throw new ConfirmAtTheComputer(number, `${this.#command} ${number}`, CONSOLE_LIMITS.confirmMs);
  }

  /** Lets the page that shows this number do what asks for it, for ten minutes. Throws NoSuchNumber. */
  confirm(number: string): Confirmed {
    const now = this.#clock.monotonic();
    const found = this.#waiting.find((waiting) => waiting.number === number && waiting.until > now);
    if (found === undefined) throw new NoSuchNumber();
    this.#waiting = this.#waiting.filter((waiting) => waiting !== found);
    this.#confirmed.set(found.session, now + CONSOLE_LIMITS.confirmMs);
    return found;
  }

  /** All pages have to be confirmed anew, and none waits. */
  forget(): void {
    this.#waiting = [];
    this.#confirmed = new WeakMap();
  }

  #fresh(): string {
    for (;;) {
      const number = String(this.#random.int(10 ** DIGITS)).padStart(DIGITS, '0');
      if (!this.#waiting.some((waiting) => waiting.number === number)) return number;
    }
  }
}
