import { paraglideVitePlugin } from '@inlang/paraglide-js'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { basePath } from './tools/vite/base.ts'
import { chunkFileNames, chunks } from './tools/vite/chunks.ts'
import { leanMessages } from './tools/vite/lean-messages.ts'
import { oneFile } from './tools/vite/one-file.ts'
import { precompress } from './tools/vite/precompress.ts'

const api = process.env.PUM_API ?? 'http://127.0.0.1:5699'

export default defineConfig({
  // Relative addresses, resolved against <base>: see tools/vite/base.ts.
  base: './',
  resolve: { alias: { '@': new URL('./src', import.meta.url).pathname } },
  plugins: [
    basePath(),
    oneFile(),
    leanMessages(),
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './src/paraglide',
      // One file a text, also while developing: see tools/vite/lean-messages.ts.
      outputStructure: 'message-modules',
      strategy: ['localStorage', 'preferredLanguage', 'baseLocale'],
    }),
    tailwindcss(),
    react({ exclude: [/\/src\/invite\//, /\/node_modules\//] }),
    precompress(),
  ],
  server: {
    proxy: { '/api': { target: api, changeOrigin: false } },
  },
  build: {
    target: 'es2023',
    manifest: true,
    // Data addresses would need exceptions in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // In kB, not compressed; tools/size.mjs judges what travels.
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      input: { admin: 'index.html', invite: 'invite.html' },
      output: { codeSplitting: chunks, chunkFileNames },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}', 'tools/**/*.test.ts'],
    setupFiles: ['src/test-setup.ts'],
    restoreMocks: true,
    // The whole catalogue is a module a text; a busy machine needs its time to load it.
    testTimeout: 30_000,
  },
})
