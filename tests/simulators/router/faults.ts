// The ways in which a home router fails those who ask it for a port, switched on by tests.

export interface RouterFaults {
  /** Does not speak it: says so in the other dialect, as the RFCs ask, or says nothing. */
  readonly pcp?: 'other-dialect' | 'silent';
  readonly natPmp?: 'other-dialect' | 'silent';
  /** Says nothing, to any request or to map requests only: as routers do that walk all ports before they refuse. */
  readonly silent?: 'all' | 'map';
  /** Loses the next so many requests. */
  readonly lose?: number;
  /** Loses so many of a hundred, requests and answers. */
  readonly loss?: number;
  /** Waits before each answer, milliseconds. */
  readonly delay?: number;
  /** Refuses map requests (deletes too) with this result, PCP with this lifetime in seconds. */
  readonly refuse?: { readonly result: number; readonly lifetime?: number };
  /** Refuses the address request and ANNOUNCE with this result. */
  readonly refuseProbe?: number;
  /** NAT-PMP: refusals are 8 bytes, as the RFC allows. Default: as long as an answer. */
  readonly short?: boolean;
  /** Grants the asked port plus so many. */
  readonly shift?: number;
  /** Grants at most so many seconds. */
  readonly clamp?: number;
  /** Says success with a lifetime of zero. */
  readonly zeroLife?: boolean;
  /** Answers from another port. */
  readonly wrongSource?: boolean;
  /** Sends but so many bytes of each answer. */
  readonly truncate?: number;
  /** Sends each answer so many times. */
  readonly copies?: number;
  /** Sends bytes that mean nothing before each answer. */
  readonly garbage?: boolean;
  /** Each answer has passed through here; undefined is not sent. */
  readonly tamper?: (answer: Buffer) => Buffer | undefined;
}
