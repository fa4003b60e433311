import type { ReactNode } from 'react';
import { Fact } from '../../components/facts.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { useText } from '../../i18n/use-text.ts';
import { Copied } from '../../parts/copied.tsx';
import type { Shown } from '../pages.ts';
import { useMesh } from './ask.ts';
import type { Fips } from './contract.ts';
import { Finding } from './finding.tsx';
import { Me } from './me.tsx';
import { Neighbours } from './neighbours.tsx';
import { Routes, Sessions } from './sessions.tsx';
import { Tree } from './tree.tsx';
import { Waiting } from './waiting.tsx';

/** Who this computer is in the mesh, its neighbours, and what is reached through them. */
export function Overview({ network: { detail, events }, now }: Shown<Fips>) {
  const { t, f, say } = useText();
  const mesh = useMesh(events);
  const { transit } = detail;
  const missing = mesh?.wanted.filter(({ state }) => state !== 'up') ?? [];
  return (
    <>
      <Part title={t('networks.fips.me.title')}>
        <Me npub={detail.npub} ipv6={detail.ipv6} />
      </Part>
      <Fact name={t('networks.fips.facts.transit')}>{t(`networks.fips.transit.${transit.state}`)}</Fact>
      {transit.state !== 'off' && (
        <>
          <Fact name={t('networks.fips.facts.passed')}>
            {t('networks.fips.facts.passedOf', { bytes: f.bytes(transit.bytes), count: transit.packets })}
          </Fact>
          <Fact name={t('networks.fips.facts.month')}>
            {transit.monthLimit === null
              ? f.bytes(transit.monthBytes)
              : t('networks.fips.facts.monthOf', {
                  bytes: f.bytes(transit.monthBytes),
                  most: f.bytes(transit.monthLimit),
                })}
          </Fact>
        </>
      )}
      {mesh === undefined ? (
        <Part title={t('networks.fips.neighbours.title')}>
          <Placeholder lines={3} />
        </Part>
      ) : (
        <>
          <Part title={t('networks.fips.neighbours.title')}>
            <Neighbours mesh={mesh} />
          </Part>
          {missing.length > 0 && (
            <Part title={t('networks.fips.waiting.title')}>
              <Waiting missing={missing} now={now} />
            </Part>
          )}
          {mesh.finding && (
            <Part title={t('networks.fips.finding.title')}>
              <Finding finding={mesh.finding} now={now} />
            </Part>
          )}
          <Part title={t('networks.fips.tree.title')}>
            <Tree mesh={mesh} />
          </Part>
          {mesh.sessions.length > 0 && (
            <Part title={t('networks.fips.sessions.title')}>
              <Sessions mesh={mesh} />
            </Part>
          )}
          {mesh.routes.length > 0 && (
            <Part title={t('networks.fips.routes.title')}>
              <Routes mesh={mesh} />
            </Part>
          )}
        </>
      )}
      {detail.programs.troubles.length > 0 && (
        <Part title={t('networks.fips.programs.title')}>
          {detail.programs.troubles.map((trouble) => (
            <p key={`${trouble.code} ${trouble.message}`}>{say(trouble).message}</p>
          ))}
          {detail.programs.tunSetup !== null && <Copied text={detail.programs.tunSetup} code />}
        </Part>
      )}
      {detail.control !== null && (
        <Fact name={t('networks.fips.facts.control')}>
          <Copied text={detail.control} code />
        </Fact>
      )}
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="py-3">
      <dt className="pb-1.5 font-semibold">{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}
