import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const api = process.env.TSUNAGI_API ?? 'http://127.0.0.1:21110';

export default defineConfig({
  base: '/console/',
  plugins: [react(), tailwindcss()],
  build: {
    target: 'es2022',
    // A data: URL in a style or a script would need a wider Content-Security-Policy than the console's.
    assetsInlineLimit: 0,
    sourcemap: false,
    chunkSizeWarningLimit: 700,
  },
  server: {
    host: '127.0.0.1',
    port: 21100,
    strictPort: true,
    proxy: { '/api/v1': { target: api, ws: true } },
  },
  test: { include: ['test/**/*.test.{ts,mjs}'], environment: 'node' },
});
