// The router's own address on the outside, over time: what was seen of us before it became another one is a thing of the past.

import type { Clock } from '../base/clock.ts';
import { addressKind } from './addresses.ts';
import { type CarrierJudged, judgeCarrier } from './detect/carrier.ts';
import type { Gateway } from './gateway/gateway.ts';
import { mappingViewsOf } from './mapped.ts';
import type { MapperSnapshot } from './mapper/snapshot.ts';
import type { Found } from './network-facts.ts';
import { holds } from './picture.ts';

export class RouterAddress {
  readonly #clock: Clock;
  #address: string | undefined;
  #since = 0;

  constructor({ clock }: { readonly clock: Clock }) {
    this.#clock = clock;
  }

  /** Whether it is another one than before. */
  watch({ mappings }: MapperSnapshot): boolean {
    const address = mappings
      .filter(({ family }) => family === 4)
      .map(({ granted }) => granted?.external.address)
      .find((each) => each !== undefined);
    if (address === undefined || address === this.#address) return false;
    const first = this.#address === undefined;
    this.#address = address;
    if (first) return false;
    this.#since = this.#clock.now();
    return true;
  }

  forget(): void {
    this.#address = undefined;
  }

  /** The IPv4 address that others see this line come from, as far as that still holds. */
  seenV4(gateway: Gateway | undefined, { seenFrom }: Found): string | undefined {
    const old = seenFrom !== undefined && seenFrom.at < this.#since;
    // Behind a VPN, what goes out by itself is seen from somewhere else than this line.
    return (gateway?.behindVpn || old ? undefined : seenFrom?.v4) ?? undefined;
  }

  /** Whether something stands between the router and the Internet that no router of ours can open. */
  carrier(id: string, snapshot: MapperSnapshot, gateway: Gateway | undefined, found: Found): CarrierJudged {
    const held = mappingViewsOf(snapshot, id).find((mapping) => mapping.family === 4 && holds(mapping));
    const said = held?.external?.address ?? snapshot.router?.external ?? undefined;
    return judgeCarrier({
      external: said === undefined ? undefined : { address: said, kind: addressKind(said) },
      addressless: held === undefined && (snapshot.router?.addressless ?? false),
      seenFrom: this.seenV4(gateway, found),
      names: found.own.names,
    });
  }
}
