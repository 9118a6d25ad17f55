import './no-eval.ts';
import './theme/tokens.css';
import './theme/base.css';
import './theme/controls.css';
import './theme/shell.css';
import './theme/queue.css';
import './theme/attempts.css';
import './theme/card.css';
import './theme/counts.css';
import './theme/table.css';
import './theme/history.css';
import './theme/insights.css';
import './theme/run.css';
import './theme/tests.css';
import './theme/artifacts.css';
import './theme/log.css';
import './theme/sheet.css';
import 'uplot/dist/uPlot.min.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { startTheme } from './stores/theme.ts';

startTheme();
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
