import type { BackendView } from '../../../src-preload/contract/backends.ts';
import { Card } from '../../components/card.tsx';
import { Table } from '../../components/table.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { serverName } from '../../signs.ts';
import { modelsInMemory } from './shares.ts';

const MOST = 32;

/** The models that take up memory now, and how much of the graphics card's; nothing where no server tells. */
export function InMemory({ backends }: { backends: readonly BackendView[] }) {
  const { t, f } = useText();
  const models = modelsInMemory(backends);
  if (models.length === 0) return null;
  return (
    <Card title={t('capacity.inMemory.title')}>
      <Table
        caption={t('capacity.inMemory.title')}
        rows={models.slice(0, MOST)}
        rowKey={({ backend, model }) => `${backend.id} ${model}`}
        columns={[
          { id: 'model', title: t('capacity.inMemory.model'), cell: ({ model }) => <Text value={model} most={120} /> },
          {
            id: 'server',
            title: t('capacity.inMemory.server'),
            minor: true,
            cell: ({ backend }) => <Text value={serverName(backend, t)} most={80} />,
          },
          ...(models.some(({ graphicsBytes }) => graphicsBytes > 0)
            ? [
                {
                  id: 'graphics',
                  title: t('capacity.inMemory.graphics'),
                  figure: true,
                  cell: ({ graphicsBytes }: (typeof models)[number]) =>
                    graphicsBytes > 0 ? f.memory(graphicsBytes) : '–',
                },
              ]
            : []),
          {
            id: 'computer',
            title: t('capacity.inMemory.computer'),
            figure: true,
            cell: ({ bytes, graphicsBytes }) => f.memory(bytes - graphicsBytes),
          },
        ]}
      />
    </Card>
  );
}
