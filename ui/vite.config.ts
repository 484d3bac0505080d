import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The control plane whose pages are worked on: one that runs, or the models of `npm run dev`. */
const api = process.env['CRANE_PAGES_API'] ?? 'http://127.0.0.1:7070';

/** `npm run dev -w ui` shows the pages of a control plane that runs; `vite build` writes `ui/dist`, which the control plane serves. */
export default defineConfig({
  plugins: [react()],
  build: { target: 'es2023', sourcemap: false, chunkSizeWarningLimit: 600 },
  server: { host: '127.0.0.1', port: 7074, proxy: { '/api': { target: api, ws: true } } },
});
