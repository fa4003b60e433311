import './zod-setup.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { openBridge } from './bridge/index.ts';
import { startActions } from './frame/actions.ts';
import { startShortcuts } from './frame/shortcuts.ts';
import { startLook } from './look.ts';
import './theme/globals.css';

openBridge();
startActions();
startShortcuts();
await startLook();
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
