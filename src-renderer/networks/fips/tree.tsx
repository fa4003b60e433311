import type { MeshView } from '../../../src-preload/contract/networks/fips.ts';
import { useText } from '../../i18n/use-text.ts';
import { nameOf, nodeName } from './names.ts';

/** More between here and the root are left out in the middle. */
const MOST_ABOVE = 6;
const MOST_BELOW = 24;

/** The tree by which ways are found, from its root down to this computer and those beneath it. */
export function Tree({ mesh: { tree, neighbours } }: { mesh: MeshView }) {
  const { t } = useText();
  const above = tree.path.slice(1).reverse();
  const shown = above.length > MOST_ABOVE ? [...above.slice(0, 1), ...above.slice(1 - MOST_ABOVE)] : above;
  const named = (addr: string) => {
    const one = neighbours.find((each) => each.addr === addr);
    if (one) return nameOf(one);
    return nodeName(addr === tree.root ? tree.rootNpub : null, addr);
  };
  const children = neighbours.filter(({ isChild }) => isChild);
  return (
    <div className="space-y-2">
      <p className="max-w-prose text-soft">
        {tree.isRoot ? t('networks.fips.tree.isRoot') : t('networks.fips.tree.depth', { count: tree.depth })}
      </p>
      <ol aria-label={t('networks.fips.tree.way')} className="space-y-0">
        {shown.map((addr, nth) => (
          <Node key={addr} level={nth} name={named(addr)} note={nth === 0 ? t('networks.fips.tree.root') : ''} />
        ))}
        <Node
          level={shown.length}
          name={t('networks.fips.tree.you')}
          note={tree.isRoot ? t('networks.fips.tree.root') : ''}
          isYou
        />
        {children.slice(0, MOST_BELOW).map((child) => (
          <Node key={child.addr} level={shown.length + 1} name={nameOf(child)} note="" />
        ))}
      </ol>
      {children.length > MOST_BELOW && (
        <p className="text-soft">{t('networks.fips.tree.more', { count: children.length - MOST_BELOW })}</p>
      )}
    </div>
  );
}

interface NodeProps {
  readonly level: number;
  readonly name: string;
  readonly note: string;
  readonly isYou?: boolean;
}

const STEP_REM = 1.25;

function Node({ level, name, note, isYou = false }: NodeProps) {
  return (
    <li className="relative flex min-h-7 items-center gap-2" style={{ paddingInlineStart: `${level * STEP_REM}rem` }}>
      {level > 0 && (
        <span
          aria-hidden="true"
          className="absolute top-0 h-1/2 w-3 rounded-es border-s-2 border-b-2 border-edge"
          style={{ insetInlineStart: `${(level - 1) * STEP_REM + 0.3}rem` }}
        />
      )}
      <span
        aria-hidden="true"
        className={`size-2.5 shrink-0 rounded-full border-2 ${isYou ? 'border-accent bg-accent' : 'border-edge bg-panel'}`}
      />
      <span className={isYou ? 'font-semibold' : ''}>{name}</span>
      {note !== '' && <span className="text-xs text-soft">{note}</span>}
    </li>
  );
}
