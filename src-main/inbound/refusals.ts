// Why a listener turns a request away before its network hears of it. Each network answers in the shapes of its own protocol.

import type { RouteAnswer } from './routes.ts';

export type Fault =
  | 'not-found'
  | 'wrong-method'
  /** The body is not said to be JSON. */
  | 'wrong-type'
  | 'too-large'
  /** The body did not come whole in time. */
  | 'too-slow'
  /** Bodies, or answers that wait to be sent, have taken the memory there is for them. */
  | 'no-room'
  /** A web page has asked too often. */
  | 'origin-limited'
  | 'not-http'
  | 'header-too-large'
  | 'header-too-slow'
  /** Of our own fault. */
  | 'internal';

/** The answer to a fault; `most` is what a body may have here, in bytes. */
export type Refuse = (fault: Fault, most: number) => RouteAnswer;
