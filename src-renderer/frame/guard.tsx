import { TriangleAlert } from 'lucide-react';
import { Component, type ReactNode } from 'react';
import { Button } from '../components/button.tsx';
import { Empty } from '../components/empty.tsx';
import { useText } from '../i18n/use-text.ts';

/** Keeps a page that fails from taking the frame with it. Give it a key, so that another page starts afresh. */
export class Guard extends Component<{ readonly children: ReactNode }, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const { t } = useText();
  return (
    <div role="alert">
      <Empty
        icon={TriangleAlert}
        title={t('frame.broken')}
        action={<Button onClick={() => location.reload()}>{t('frame.reload')}</Button>}
      >
        {t('frame.brokenMeans')}
      </Empty>
    </div>
  );
}
