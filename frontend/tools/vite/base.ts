// The base path is only known when PUM runs (APP_BASE_URL may have a sub-path), so the built HTML
// keeps a placeholder that the server replaces. Asset addresses are relative to <base>.
import { readFile } from 'node:fs/promises'
import type { Plugin } from 'vite'

const PLACEHOLDER = '%PUM_BASE%'

/** Fills the placeholder while developing, and sends the right HTML file for each path. */
export function basePath(): Plugin {
  return {
    name: 'pum:base',
    transformIndexHtml: {
      order: 'pre',
      handler: (html, ctx) => (ctx.server ? html.replaceAll(PLACEHOLDER, '/') : html),
    },
    configureServer(server) {
      server.middlewares.use(async (req, res, next) => {
        if (!req.url || !/^\/invite\//.test(req.url)) return next()
        const html = await readFile('invite.html', 'utf8')
        res.setHeader('content-type', 'text/html')
        res.end(await server.transformIndexHtml(req.url, html))
      })
    },
  }
}
