// The compiled catalogue brings a runtime for servers, cookies and localised routes, and spells the
// choice of a language out in every text. Half of the invite page's budget would go there. So each
// text becomes one call of src/lib/locale.ts, and the runtime's place is taken by it.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const MESSAGE = /\/src\/paraglide\/messages\/(?!_index\.js)[^/]+\.js$/
const RUNTIME = /(^@\/paraglide|^\.\.?)\/runtime\.js$/
const ROOT = fileURLToPath(import.meta.url).replace(/tools\/vite\/[^/]+$/, '')
const LOCALE = `${ROOT}src/lib/locale.ts`

const { locales } = JSON.parse(readFileSync(`${ROOT}project.inlang/settings.json`, 'utf8')) as {
  locales: string[]
}

/** A text that takes nothing needs no function around it. */
const plain = (body: string | undefined) =>
  /^\(\) => \{\s*return \/\*\*.*?\*\/ \((`[^`]*`)\)\s*\}$/.exec(body ?? '')?.[1] ?? body

/** One compiled text, made lean. Throws when the compiler writes something else than it did. */
export function lean(source: string): string {
  const name = /^export const (\w+) = /m.exec(source)?.[1]
  const bodies = locales.map((locale) => {
    const body = new RegExp(`^const ${locale}_${name} = /\\*\\*.*?\\*/ (.*?);\\n\\n`, 'ms')
    return plain(body.exec(source)?.[1])
  })
  if (!name || bodies.includes(undefined))
    throw new Error('The compiled messages look different: see tools/vite/lean-messages.ts')
  const registry = source.includes('registry.plural')
    ? "import * as registry from '../registry.js'\n"
    : ''
  return `${registry}import { pick } from '../runtime.js'
export const ${name} = /*#__PURE__*/ pick(${bodies.join(', ')})
`
}

/** Vite's side of it. */
export function leanMessages(): Plugin {
  return {
    name: 'pum:lean-messages',
    enforce: 'pre',
    resolveId(source, importer) {
      const ours = source.startsWith('@') || importer?.includes('/src/paraglide/')
      return ours && RUNTIME.test(source) ? LOCALE : null
    },
    transform(code, id) {
      return MESSAGE.test(id) ? { code: lean(code), map: null } : null
    },
  }
}
