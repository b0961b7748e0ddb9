// Writes .gz and .br beside every text asset, so that the server never compresses on the fly.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const TEXT = /\.(js|css|svg|json)$/
// Below this the headers cost more than the compression saves.
const MIN_BYTES = 512

const gz = promisify(gzip)
const br = promisify(brotliCompress)

/** Compresses assets after the build. HTML is left alone: the server writes the base path into it. */
export function precompress(): Plugin {
  let outDir = 'dist'
  return {
    name: 'pum:precompress',
    apply: 'build',
    configResolved(config) {
      outDir = config.build.outDir
    },
    async closeBundle() {
      const entries = await readdir(outDir, { recursive: true, withFileTypes: true })
      await Promise.all(
        entries
          .filter((entry) => entry.isFile() && TEXT.test(entry.name))
          .map(async (entry) => {
            const path = join(entry.parentPath, entry.name)
            const bytes = await readFile(path)
            if (bytes.length < MIN_BYTES) return
            const [zipped, brotlied] = await Promise.all([
              gz(bytes, { level: 9 }),
              br(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
            ])
            await Promise.all([writeFile(`${path}.gz`, zipped), writeFile(`${path}.br`, brotlied)])
          }),
      )
    },
  }
}
