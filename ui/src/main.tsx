import '@mantine/core/styles.css';
import 'uplot/dist/uPlot.min.css';
import './crane.css';
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode, useEffect, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiProblem } from './client/api.ts';
import { LiveProvider } from './client/live.tsx';
import { askAccess, getAccess, getToken, onAccessChange, takeTokenFromAddress } from './client/session.ts';
import { createPages } from './router.tsx';
import { keepFocus } from './shell/keep-focus.ts';
import { LoginPage } from './shell/login-page.tsx';
import { theme } from './theme.ts';
import { chosenLanguage, speak, useLanguage } from './words/language.ts';

takeTokenFromAddress();
void askAccess();
await speak(chosenLanguage());

keepFocus();

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
  const language = useLanguage();
  const access = useSyncExternalStore(onAccessChange, getAccess);
  useEffect(() => {
    // What one person has read is not for the next one.
    if (access === 'out') queries.clear();
  }, [access]);
  if (access === 'asking') return null;
  if (access === 'out') return <LoginPage key={language} />;
  return (
    <LiveProvider key={getToken() ?? 'cookie'}>
      <RouterProvider key={language} router={pages} />
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
