// What Windows tells, by one call of PowerShell: it takes a second or more, so it is made when something has changed.

import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';
import type { DefaultRoute, Line, LineFacts } from './choose.ts';
import { type GlobalAddress, isGlobal } from './gateway.ts';
import { kindByDescription } from './kinds.ts';

/** Words instead of numbers for what Windows numbers differently from release to release; no part's failure ends the others. */
export const ASK = `$ErrorActionPreference='SilentlyContinue';[Console]::OutputEncoding=[Text.Encoding]::UTF8
@{
routes=@(Get-NetRoute -DestinationPrefix '0.0.0.0/0','::/0','0.0.0.0/1','128.0.0.0/1' | Select-Object DestinationPrefix,NextHop,InterfaceAlias,ifIndex,RouteMetric,InterfaceMetric)
addresses=@(Get-NetIPAddress | Select-Object IPAddress,InterfaceAlias,PrefixLength,@{n='SuffixOrigin';e={"$($_.SuffixOrigin)"}},@{n='AddressState';e={"$($_.AddressState)"}},@{n='PreferredMs';e={$_.PreferredLifetime.TotalMilliseconds}})
adapters=@(Get-NetAdapter -IncludeHidden | Select-Object Name,InterfaceDescription,HardwareInterface)
neighbours=@(Get-NetNeighbor -State Reachable,Stale,Delay,Probe,Permanent | Select-Object IPAddress,LinkLayerAddress -First 500)
}|ConvertTo-Json -Depth 3 -Compress`;

const list = <T extends z.ZodType>(row: T) =>
  z
    .array(z.unknown())
    .max(5000)
    .default([])
    .transform((rows) =>
      rows.flatMap((value) => {
        const read = row.safeParse(value);
        return read.success ? [read.data] : [];
      }),
    );
const Text = z.string().max(500);

const Answer = z.object({
  routes: list(
    z.object({
      DestinationPrefix: Text,
      NextHop: Text,
      InterfaceAlias: Text,
      ifIndex: z.number().int(),
      RouteMetric: z.number().catch(0),
      InterfaceMetric: z.number().nullish().catch(0),
    }),
  ),
  addresses: list(
    z.object({
      IPAddress: Text,
      InterfaceAlias: Text,
      PrefixLength: z.number().int().min(0).max(128),
      SuffixOrigin: Text.catch(''),
      AddressState: Text.catch(''),
      PreferredMs: z.number().nullish().catch(null),
    }),
  ),
  adapters: list(
    z.object({ Name: Text, InterfaceDescription: Text.catch(''), HardwareInterface: z.boolean().catch(false) }),
  ),
  neighbours: list(z.object({ IPAddress: Text, LinkLayerAddress: Text })),
});

/** Longer than any router gives: Windows tells "for ever" as the longest time it knows, some 29 000 years. */
const LONG_MS = 400 * 86_400_000;

export type WindowsFacts = Omit<LineFacts, 'outward'>;

/** Undefined where the answer is no JSON of that shape. */
export function parseWindows(text: string): WindowsFacts | undefined {
  const answer = parsed(text);
  if (!answer) return undefined;
  const { routes, addresses, adapters, neighbours } = answer;
  const names = new Set([
    ...adapters.map(({ Name }) => Name),
    ...addresses.map(({ InterfaceAlias }) => InterfaceAlias),
  ]);
  const lines = [...names].map((name): Line => {
    const adapter = adapters.find(({ Name }) => Name === name);
    const own = addresses.filter(({ InterfaceAlias }) => InterfaceAlias === name);
    return {
      name,
      kind: kindByDescription(adapter?.InterfaceDescription || name, adapter?.HardwareInterface ?? false),
      v4: own.flatMap(({ IPAddress, PrefixLength }) =>
        isIPv4(IPAddress) ? [{ address: IPAddress, prefix: PrefixLength }] : [],
      ),
      globals: own.flatMap(globalAddress),
    };
  });
  return {
    routes: routes.flatMap(route),
    lines,
    neighbours: new Map(neighbours.flatMap(({ IPAddress, LinkLayerAddress }) => hardware(IPAddress, LinkLayerAddress))),
  };
}

type Row<K extends keyof z.output<typeof Answer>> = z.output<typeof Answer>[K][number];

function route({
  DestinationPrefix,
  NextHop,
  InterfaceAlias,
  ifIndex,
  RouteMetric,
  InterfaceMetric,
}: Row<'routes'>): DefaultRoute[] {
  const family = DestinationPrefix.includes(':') ? 6 : 4;
  const onLink = NextHop === '0.0.0.0' || NextHop === '::';
  if (!onLink && !(family === 4 ? isIPv4(NextHop) : isIPv6(NextHop))) return [];
  const through = NextHop.startsWith('fe80:') && !NextHop.includes('%') ? `${NextHop}%${ifIndex}` : NextHop;
  const metric = DestinationPrefix.endsWith('/1') ? -1 : RouteMetric + (InterfaceMetric ?? 0);
  return [{ family, name: InterfaceAlias, router: onLink ? undefined : through, metric }];
}

/** A suffix made at random is a temporary one here; the lasting one counts as made from the link even where it is random too. */
function globalAddress({ IPAddress, SuffixOrigin, AddressState, PreferredMs }: Row<'addresses'>): GlobalAddress[] {
  if (!isIPv6(IPAddress) || !isGlobal(IPAddress) || SuffixOrigin === 'Random' || AddressState !== 'Preferred')
    return [];
  const ends = typeof PreferredMs === 'number' && PreferredMs < LONG_MS;
  return [{ address: IPAddress, ...(ends ? { preferredMs: Math.floor(PreferredMs) } : {}) }];
}

function hardware(address: string, link: string): [string, string][] {
  const plain = link.toLowerCase().replaceAll('-', ':');
  return /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(plain) && !/^[0:]+$/.test(plain) ? [[address, plain]] : [];
}

function parsed(text: string): z.output<typeof Answer> | undefined {
  try {
    return Answer.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
