import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { presence } from './api/presence';
import { isPassing } from './api/retry';
import { App } from './app';
import './app.css';
import { Catalogue } from './messages/catalogue';
import { SessionProvider } from './session/session';
import { Toasts } from './ui/toast';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: 'always', // the browser's idea of being online is not ours: a desk's server may be next door
      staleTime: 2_000,
      retry: (failures, failure) => failures < 1 && isPassing(failure),
      refetchOnWindowFocus: true,
    },
    mutations: { networkMode: 'always' },
  },
});

presence.watch(window);

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Catalogue>
        <Toasts>
          <SessionProvider>
            <App />
          </SessionProvider>
        </Toasts>
      </Catalogue>
    </QueryClientProvider>
  </StrictMode>,
);
