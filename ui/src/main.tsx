import '@mantine/core/styles.css';
import 'uplot/dist/uPlot.min.css';
import './crane.css';
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiProblem } from './client/api.ts';
import { LiveProvider } from './client/live.tsx';
import { getToken, onTokenChange, takeTokenFromAddress } from './client/session.ts';
import { createPages } from './router.tsx';
import { LoginPage } from './shell/login-page.tsx';
import { theme } from './theme.ts';

takeTokenFromAddress();

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 1_000,
      retry: (count, error) =>
        count < 2 && !(error instanceof ApiProblem && error.status >= 400 && error.status < 500),
    },
  },
});
const pages = createPages();

function Crane() {
  const token = useSyncExternalStore(onTokenChange, getToken);
  if (token === null) return <LoginPage />;
  return (
    <LiveProvider key={token}>
      <RouterProvider router={pages} />
    </LiveProvider>
  );
}

const root = document.getElementById('root');
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <QueryClientProvider client={queries}>
          <Crane />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
