// What the console's server and its page agree on besides the contract: constants only, so that both sides can read it.
//
// The page opens a WebSocket at SOCKET_PATH and first sends `{token}` (from the link, good once) or `{session}` (from an
// earlier answer). The server answers `{session}` or closes. After that the page sends `{id, name, input}` and gets
// `{id, reply}`; the server sends `{push, payload}` whenever it likes.
//
// What is marked `inFront` in the contract is answered by a failure with CONFIRM_CODE and `details.number`, until the owner
// has typed that number on the computer itself. Then the page is sent `{confirmed: number}`, and may ask for ten minutes.

export const SOCKET_PATH = '/socket';

/** The link's fragment is this and the token. A fragment never leaves the browser, so no log or Referer can hold it. */
export const TOKEN_FRAGMENT = '#t=';

/** Of the failure that asks for a confirmation; `details` has `number`, `command` and `withinMs`. */
export const CONFIRM_CODE = 'face.confirm-at-the-computer';

/** Why the server closed a socket. 4000-4999 is the range left to applications (RFC 6455 7.4.2). */
export const CloseCode = {
  /** The server stops; the page keeps trying. */
  goingAway: 1001,
  /** A message that is not the protocol above. */
  malformed: 4400,
  /** No token or session, or one that is wrong or too old: trying again is useless. */
  unauthenticated: 4401,
  /** All pages were shut out by the owner's command. */
  revoked: 4403,
  /** The page did not read fast enough; it may come back at once. */
  tooSlow: 4408,
  /** The link let another page in. The close's reason is when, in epoch milliseconds. */
  linkUsed: 4410,
  /** Too many wrong tokens of late. */
  throttled: 4429,
} as const;
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];
