// How the dashboard is built: into files that the admin port serves as they are, under a policy that allows nothing inline.
// `vite dashboard` serves the sources and asks a Portico beside it (`PORTICO_ADMIN`, 127.0.0.1:10254 by default).
import { defineConfig } from 'vite'

const portico = `http://${process.env.PORTICO_ADMIN ?? '127.0.0.1:10254'}`

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  build: {
    outDir: '../dist/dashboard',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': portico, '/events': portico, '/docs': portico } },
})
