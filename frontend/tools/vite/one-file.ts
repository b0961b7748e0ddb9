// The invite page is one script. What it shares with the admin's would become small files of their
// own, each fetched after the one that names it, and none of them cut down to what this page uses.
import type { Plugin } from 'vite'

const PAGE = /\/src\/invite\/|\/src\/paraglide\/messages\/guest_|\?guest$/
const SHARED = /\/src\/(lib|api)\/[^?]+$|\/src\/paraglide\/registry\.js$/

/** Gives the invite page its own copy of every shared module. */
export function oneFile(): Plugin {
  return {
    name: 'pum:one-file',
    apply: 'build',
    enforce: 'pre',
    async resolveId(source, importer, options) {
      if (!importer || !PAGE.test(importer)) return null
      const found = await this.resolve(source, importer.replace(/\?guest$/, ''), {
        ...options,
        skipSelf: true,
      })
      return found && !found.external && SHARED.test(found.id) ? `${found.id}?guest` : null
    },
  }
}
